-- Deletes ended jobs of a status that are older than $2, an id of that time, at most $3 at once. $1 status.
delete from jobs
where id = any (array(
  select id from jobs
  where status = $1::text and status in ('completed', 'failed', 'cancelled') and id < $2::uuid
  order by id
  limit $3::int
  for update skip locked
))
returning id;
