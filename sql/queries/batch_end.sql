-- Marks batches as ended or open again, as their counts say, and queues the deliveries of their callbacks, once for each
-- ending. Answers the ids of those that ended. $1 batches that were just folded, $2 those of them with a retried job.
--
-- A batch with a change that is not folded yet is not over; the next fold decides. A retry that committed while a batch
-- was being marked did not see that it had ended and left the mark: then the fold takes it back, or, where all is over
-- again, this is another ending.
with looked as (
  select id, id = any ($2::uuid[]) as is_retried,
    not exists (
      select from batch_counts c
      where c.batch_id = batches.id and c.total > c.completed + c.failed + c.cancelled
    ) and not exists (select from batch_changes c where c.batch_id = batches.id) as is_over
  from batches
  where id = any ($1::uuid[])
), written as (
  update batches set ended_at = case when is_over then clock() end
  from looked
  where looked.id = batches.id
    and case when is_over then ended_at is null or is_retried else ended_at is not null end
  returning batches.id, ended_at
), ended as materialized (
  select id from written where ended_at is not null
)
select (select coalesce(json_agg(id), '[]') from ended) as ended,
  queue_deliveries(array(select id from callbacks where batch_id in (select id from ended)));
