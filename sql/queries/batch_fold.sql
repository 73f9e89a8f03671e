-- Moves up to $1 changes into the counts of their batches, in a transaction whose second half is batch_end.sql. Answers
-- the batches, each with whether a job of it was retried.
--
-- One folds at a time; who comes second does nothing. The batches' rows are locked, so that batch_end.sql decides on
-- what nobody else is just writing. Retries lock them too, in orders of their own: of two that wait for each other, this
-- one gives in, before Postgres would choose (deadlock_timeout is a second).
with turn as materialized (
  select pg_try_advisory_xact_lock(hashtextextended('fold batches', 0)) as is_mine,
    set_config('lock_timeout', '500ms', true)
), taken as (
  delete from batch_changes
  where (select is_mine from turn) and ctid = any (array(select ctid from batch_changes limit $1::int))
  returning *
), summed as (
  select batch_id, kind, count(*) as changes, sum(total)::int as total, sum(completed)::int as completed,
    sum(failed)::int as failed, sum(cancelled)::int as cancelled,
    sum(greatest(completed, 0) + greatest(failed, 0))::int as ended,
    bool_or(completed < 0 or failed < 0 or cancelled < 0) as is_retried
  from taken
  group by batch_id, kind
), locked as materialized (
  select id from batches where id in (select batch_id from summed) order by id for update
), counted as (
  insert into batch_counts as c (batch_id, kind, total, completed, failed, cancelled)
  select batch_id, kind, total, completed, failed, cancelled from summed join locked on locked.id = summed.batch_id
  on conflict (batch_id, kind) do update set
    total = c.total + excluded.total,
    completed = c.completed + excluded.completed,
    failed = c.failed + excluded.failed,
    cancelled = c.cancelled + excluded.cancelled
), paced as (
  insert into batch_pace as p (batch_id, kind, at, ended)
  select batch_id, kind, to_timestamp(floor(extract(epoch from clock()) / 10) * 10), ended
  from summed join locked on locked.id = summed.batch_id
  where ended > 0
  on conflict (batch_id, kind, at) do update set ended = p.ended + excluded.ended
), forgotten as (
  delete from batch_pace where at < clock() - interval '10 minutes'
)
select batch_id as id, bool_or(is_retried) as is_retried, sum(changes)::int as changes from summed group by batch_id;
