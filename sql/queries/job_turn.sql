-- Writes how a worker's jobs ended and claims the next ones: one round trip, one commit.
--
-- $1 worker, $2 kind, $3 how many to claim (0: none); what ended, an element a job: $4 ids, $5 claims, $6 statuses,
-- $7 results, $8 errors, $9 delays in ms, $10 tries spent (0 or 1); $11 tally shard;
-- where to begin to look: $12 priority, $13 id; $14 how often a job must have lost its worker to be suspected of killing
-- them, $15 whether this worker may take one such job: two never run side by side, so that the guilty one is alone.
-- A row of `ended` that is missing from the answer was no longer this worker's: nothing was written.
with ended as (
  update jobs set
    status = e.status,
    attempt = jobs.attempt - 1 + e.spent,
    snoozes = jobs.snoozes + case when e.status = 'queued' and e.spent = 0 and e.error is not null then 1 else 0 end,
    run_at = case when e.status = 'queued' and e.delay_ms > 0 then clock() + e.delay_ms * interval '1 millisecond' end,
    claimed_by = null,
    finished_at = case when e.status <> 'queued' then clock() end,
    result = e.result::json,
    error = e.error::json
  from unnest($4::uuid[], $5::int[], $6::text[], $7::text[], $8::text[], $9::float8[], $10::int[])
    as e (id, claims, status, result, error, delay_ms, spent)
  where jobs.id = e.id and jobs.claimed_by = $1::uuid and jobs.claims = e.claims -- claimed: running, by constraint
  returning jobs.id, jobs.status
), counted as (
  insert into job_tallies as t (kind, day, shard, completed, failed, cancelled)
  select $2::text, clock()::date, $11::smallint,
    count(*) filter (where status = 'completed'),
    count(*) filter (where status = 'failed'),
    count(*) filter (where status = 'cancelled')
  from ended
  having count(*) filter (where status <> 'queued') > 0
  on conflict (kind, day, shard) do update set
    completed = t.completed + excluded.completed,
    failed = t.failed + excluded.failed,
    cancelled = t.cancelled + excluded.cancelled
), due as materialized (
  select id, priority, stalls from jobs
  where kind = $2::text and status = 'queued' and run_at is null
    and (priority, id) >= ($12::int, $13::uuid)
    and (stalls < $14::int or $15::bool)
    and exists (select from workers where workers.id = $1::uuid) -- the dead claim nothing
    and not exists (select from paused_kinds where paused_kinds.kind = $2::text)
  order by priority, id
  limit $3::int
  for update skip locked
), claimed as (
  update jobs set
    status = 'running', claims = claims + 1, attempt = attempt + 1, claimed_by = $1::uuid, started_at = clock()
  where jobs.id = any (array( -- an array, so that no estimate of `limit $3` leads to a join over all
    select id from due where stalls < $14::int
    union all
    (select id from due where stalls >= $14::int order by priority, id limit 1)
  ))
  returning jobs.id, jobs.claims, jobs.attempt, jobs.max_attempts, jobs.owner, jobs.subject, jobs.input,
    jobs.priority, jobs.stalls, jobs.snoozes
)
select true as is_claim, id, claims, attempt, max_attempts, owner, subject, input, priority, stalls, snoozes from claimed
union all
select false, id, 0, 0, 0, '', null, null, 0, 0, 0 from ended;
