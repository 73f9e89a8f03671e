-- Deletes batches older than $1, an id of that time, at most $2 at once, of which neither a line's job nor one that this
-- enqueued is left; with all that belongs to them.
with gone as (
  delete from batches
  where id in (
    select id from batches
    where id < $1::uuid
      and not exists (select from batch_items i join jobs on jobs.id = i.job_id where i.batch_id = batches.id)
      and not exists (select from batch_items i join jobs on jobs.parent_id = i.job_id where i.batch_id = batches.id)
    order by id
    limit $2::int
  )
  returning id
), items as (
  delete from batch_items where batch_id in (select id from gone)
), counts as (
  delete from batch_counts where batch_id in (select id from gone)
), changes as (
  delete from batch_changes where batch_id in (select id from gone)
), pace as (
  delete from batch_pace where batch_id in (select id from gone)
), joins as (
  delete from batch_joins where batch_id in (select id from gone)
), told as (
  delete from callbacks where batch_id in (select id from gone)
)
select id from gone;
