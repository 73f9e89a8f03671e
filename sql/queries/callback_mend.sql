-- Sees to callbacks that fell between, and forgets hosts that were sent none for a month. $1 seconds after which whoever
-- has one in hand is dead.
with forgotten as (
  delete from callback_hosts where tried_at < clock() - interval '30 days'
)
select mend_callbacks($1::float8 * interval '1 second');
