-- Queues failed and cancelled jobs again, as if they were new. $1 ids, $2 owner (null: anyone's). A job whose subject has
-- a live one stays as it is, and of several for one subject only the newest comes back. $3 the priority of the first, so
-- that many take their turn as a batch does (null: each keeps its own), $4 how many share one, or a fraction.
with chosen as (
  select distinct on (coalesce(subject, id::text), owner, kind, exclusive) id
  from jobs
  where id = any ($1::uuid[]) and status in ('failed', 'cancelled') and ($2::text is null or owner = $2::text)
    and not (exclusive and exists (
      select from jobs live
      where live.owner = jobs.owner and live.kind = jobs.kind and live.subject = jobs.subject
        and live.exclusive and live.status in ('queued', 'running')
    ))
  order by coalesce(subject, id::text), owner, kind, exclusive, id desc
), placed as (
  select array_agg(id order by id) as ids from chosen
)
update jobs set
  status = 'queued', attempt = 0, stalls = 0, snoozes = 0, run_at = null, started_at = null, finished_at = null, result = null,
  priority = greatest(priority, coalesce(
    $3::int + floor((array_position((select ids from placed), id) - 1) / $4::float8)::int, priority))
where id = any ((select ids from placed)::uuid[]) and status in ('failed', 'cancelled')
returning id, kind;
