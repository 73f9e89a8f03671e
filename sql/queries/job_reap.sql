-- Takes jobs from dead workers: back to the queue with one stall more and the try given back, or failed with
-- WORKER_LOST at the last stall. $1 seconds without a beat after which a worker is dead, $2 stalls after which a job
-- fails, $3 the error it then gets, $4 tally shard, $5 the worker who says so (null: whoever asks is certain), $6 seconds.
--
-- That worker must itself have beaten within $6 seconds, and without such a gap for $1: this statement may have been on its
-- way for long, in a server that stood still.
--
-- A worker's row goes in the same statement, so that its next beat tells it. A job whose worker has no row at all is
-- taken too: a claim that was under way while its worker was buried. Locks are skipped, for another reaper has them.
with dead as (
  delete from workers
  where id in (
    select id from workers where beat_at < clock() - $1::float8 * interval '1 second'
      and ($5::uuid is null or exists (
        select from workers witness where witness.id = $5::uuid
          and witness.beat_at > clock() - $6::float8 * interval '1 second'
          and witness.unbroken_since < clock() - $1::float8 * interval '1 second'
      ))
    for update skip locked
  )
  returning id
), lost as materialized (
  select id from jobs
  where status = 'running'
    and (claimed_by in (select id from dead)
      or not exists (select from workers where workers.id = jobs.claimed_by))
  for update skip locked
), taken as (
  update jobs set
    stalls = stalls + 1,
    attempt = attempt - 1,
    claimed_by = null,
    status = case when stalls + 1 >= $2::int then 'failed' else 'queued' end,
    error = case when stalls + 1 >= $2::int then $3::text::json else error end,
    finished_at = case when stalls + 1 >= $2::int then clock() end
  from lost
  where jobs.id = lost.id
  returning jobs.id, jobs.kind, jobs.status, jobs.stalls
), counted as (
  insert into job_tallies as t (kind, day, shard, failed)
  select kind, clock()::date, $4::smallint, count(*) from taken where status = 'failed' group by kind
  on conflict (kind, day, shard) do update set failed = t.failed + excluded.failed
), freed as (
  update llm_slots set held_by = null, held_since = null
  where held_by is not null
    and (held_by in (select id from dead) or not exists (select from workers where workers.id = llm_slots.held_by))
), asks_no_more as (
  delete from llm_askers
  where worker_id in (select id from dead) or not exists (select from workers where workers.id = llm_askers.worker_id)
)
select id, kind, status, stalls from taken;
