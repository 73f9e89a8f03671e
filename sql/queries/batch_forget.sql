-- Deletes batches older than $1, an id of that time, at most $2 at once, none of whose jobs is left; with their items.
with gone as (
  delete from batches
  where id in (
    select id from batches
    where id < $1::uuid
      and not exists (select from batch_items i join jobs on jobs.id = i.job_id where i.batch_id = batches.id)
    order by id
    limit $2::int
  )
  returning id
), emptied as (
  delete from batch_items where batch_id in (select id from gone)
)
select id from gone;
