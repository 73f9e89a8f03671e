-- Writes how one job ended, inside the transaction that stores what it found. $1 worker, $2 kind, $3 id, $4 claims,
-- $5 result, $6 tally shard. No row: it is no longer this worker's, and the transaction must be rolled back.
with ended as (
  update jobs set status = 'completed', claimed_by = null, finished_at = clock(), result = $5::text::json, error = null
  where id = $3::uuid and claimed_by = $1::uuid and claims = $4::int and status = 'running'
  returning id
), counted as (
  insert into job_tallies as t (kind, day, shard, completed)
  select $2::text, clock()::date, $6::smallint, 1 from ended
  on conflict (kind, day, shard) do update set completed = t.completed + 1
)
select id from ended;
