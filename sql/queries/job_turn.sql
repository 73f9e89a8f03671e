-- Writes how a worker's jobs ended and claims the next ones: one round trip, one commit.
--
-- $1 worker, $2 kind, $3 how many to claim (0: none); what ended, an element a job: $4 ids, $5 claims, $6 statuses,
-- $7 results, $8 errors, $9 delays in ms, $10 tries spent (0 or 1); $11 tally shard.
-- A row of `ended` that is missing from the answer was no longer this worker's: nothing was written.
with ended as (
  update jobs set
    status = e.status,
    attempt = jobs.attempt - 1 + e.spent,
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
  select id from jobs
  where kind = $2::text and status = 'queued' and run_at is null
    and exists (select from workers where workers.id = $1::uuid) -- the dead claim nothing
    and not exists (select from paused_kinds where paused_kinds.kind = $2::text)
  order by priority, id
  limit $3::int
  for update skip locked
), claimed as (
  update jobs set
    status = 'running', claims = claims + 1, attempt = attempt + 1, claimed_by = $1::uuid, started_at = clock()
  where jobs.id = any (array(select id from due)) -- an array, so that no estimate of `limit $3` leads to a join over all
  returning jobs.id, jobs.claims, jobs.attempt, jobs.max_attempts, jobs.owner, jobs.subject, jobs.input, jobs.created_at
)
select true as is_claim, id, claims, attempt, max_attempts, owner, subject, input, created_at from claimed
union all
select false, id, 0, 0, 0, '', null, null, null from ended;
