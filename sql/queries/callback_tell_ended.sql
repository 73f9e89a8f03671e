-- Tells a callback at once if what it waits for has ended already. $1 id.
select tell_ended(array[$1::uuid]);
