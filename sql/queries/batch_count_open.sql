-- How many batches of an owner and kind still have jobs at a priority or behind it. $1 owner, $2 kind, $3 priority.
select count(*)::int as open from batches
where owner = $1::text and kind = $2::text and last_priority >= $3::int and ended_at is null;
