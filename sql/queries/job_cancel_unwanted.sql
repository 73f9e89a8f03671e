-- Cancels those of some jobs that are live and wanted by nobody. $1 ids, locked by this transaction; $2 tally shard.
with ended as (
  update jobs set status = 'cancelled', claimed_by = null, run_at = null, finished_at = clock()
  where id = any (array(select unwanted_jobs($1::uuid[])))
  returning id, kind
), counted as (
  insert into job_tallies as t (kind, day, shard, cancelled)
  select kind, clock()::date, $2::smallint, count(*) from ended group by kind
  on conflict (kind, day, shard) do update set cancelled = t.cancelled + excluded.cancelled
)
select id from ended;
