-- How a kind's queue stands. $1 kind. Finished jobs come from the tallies, never from counting rows.
select
  waiting.queued, waiting.scheduled, waiting.oldest_queued_seconds,
  (select count(*)::int from jobs where status = 'running' and kind = $1::text) as processing,
  ended.completed, ended.failed, ended.cancelled,
  fleet.workers_alive, fleet.slots,
  exists (select from paused_kinds where kind = $1::text) as paused
from
  (select count(*)::int as queued, count(*) filter (where run_at is not null)::int as scheduled,
     coalesce(extract(epoch from clock() - min(created_at) filter (where run_at is null)), 0)::float8 as oldest_queued_seconds
   from jobs where status = 'queued' and kind = $1::text) waiting,
  (select coalesce(sum(completed), 0)::float8 as completed, coalesce(sum(failed), 0)::float8 as failed,
     coalesce(sum(cancelled), 0)::float8 as cancelled
   from job_tallies where kind = $1::text) ended,
  (select count(*)::int as workers_alive, coalesce(sum(slots), 0)::int as slots
   from workers where kind = $1::text and beat_at > clock() - interval '35 seconds') fleet;
