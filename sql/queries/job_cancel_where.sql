-- Cancels live jobs that fit, up to $7 of each sort at once: due, scheduled, running. $1 status, $2 kind, $3 code of the
-- last error, $4 batch, $5 owner (null: lets all through), $6 tally shard. A batch's jobs are its own, those that it joined,
-- and their children, whoever else wants them. Jobs that a worker is just writing to are passed over; the next call has
-- them. A sort by itself can be read from its index.
with due as (
  select id from jobs
  where status = 'queued' and run_at is null and coalesce($1::text, 'queued') = 'queued'
    and ($2::text is null or kind = $2::text)
    and ($3::text is null or error->>'code' = $3::text)
    and ($4::uuid is null or batch_id = $4::uuid or id in (select job_id from batch_items where batch_id = $4::uuid)
      or parent_id in (select job_id from batch_items where batch_id = $4::uuid))
    and ($5::text is null or owner = $5::text)
  limit $7::int
  for update skip locked
), scheduled as (
  select id from jobs
  where status = 'queued' and run_at is not null and coalesce($1::text, 'queued') = 'queued'
    and ($2::text is null or kind = $2::text)
    and ($3::text is null or error->>'code' = $3::text)
    and ($4::uuid is null or batch_id = $4::uuid or id in (select job_id from batch_items where batch_id = $4::uuid)
      or parent_id in (select job_id from batch_items where batch_id = $4::uuid))
    and ($5::text is null or owner = $5::text)
  limit $7::int
  for update skip locked
), running as (
  select id from jobs
  where status = 'running' and coalesce($1::text, 'running') = 'running'
    and ($2::text is null or kind = $2::text)
    and ($3::text is null or error->>'code' = $3::text)
    and ($4::uuid is null or batch_id = $4::uuid or id in (select job_id from batch_items where batch_id = $4::uuid)
      or parent_id in (select job_id from batch_items where batch_id = $4::uuid))
    and ($5::text is null or owner = $5::text)
  limit $7::int
  for update skip locked
), ended as (
  update jobs set status = 'cancelled', claimed_by = null, run_at = null, finished_at = clock()
  where id = any (array(
    select id from due union all select id from scheduled union all select id from running
  ))
  returning id, kind
), counted as (
  insert into job_tallies as t (kind, day, shard, cancelled)
  select kind, clock()::date, $6::smallint, count(*) from ended group by kind
  on conflict (kind, day, shard) do update set cancelled = t.cancelled + excluded.cancelled
)
select id from ended;
