-- Cancels live jobs at once. A worker that runs one finds out within a second, and cannot write to it any more.
-- $1 ids, $2 owner (null: anyone's), $3 tally shard.
with ended as (
  update jobs set status = 'cancelled', claimed_by = null, run_at = null, finished_at = clock()
  where id = any($1::uuid[]) and status in ('queued', 'running') and ($2::text is null or owner = $2::text)
  returning id, kind
), counted as (
  insert into job_tallies as t (kind, day, shard, cancelled)
  select kind, clock()::date, $3::smallint, count(*) from ended group by kind
  on conflict (kind, day, shard) do update set cancelled = t.cancelled + excluded.cancelled
)
select id from ended;
