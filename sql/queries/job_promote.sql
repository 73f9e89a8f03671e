-- Makes due the scheduled jobs whose time has come, at most $1 at once, and says of which kinds they are.
with promoted as (
  update jobs set run_at = null
  where id in (
    select id from jobs
    where status = 'queued' and run_at is not null and run_at <= clock()
    order by run_at
    limit $1::int
    for update skip locked
  )
  returning kind
)
select kind, count(*)::int as jobs from promoted group by kind;
