-- Sees to callbacks that fell between. $1 seconds after which whoever has one in hand is dead.
select mend_callbacks($1::float8 * interval '1 second');
