-- Deletes jobs of a status that ended before a time, at most $4 at once. $1 status, $2 the time, $3 an id of that time:
-- what ended before it was submitted before it, and ids need no index of their own. What they used of the LLM and
-- paid for searches goes with them, and so do their callbacks and the batches that joined them.
with gone as (
  delete from jobs
  where id = any (array(
    select id from jobs
    where status = $1::text and status in ('completed', 'failed', 'cancelled') and id < $3::uuid
      and finished_at < $2::text::timestamptz
    order by id
    limit $4::int
    for update skip locked
  ))
  returning id
), usage as (
  delete from llm_job_usage where job_id in (select id from gone)
), charges as (
  delete from search_charges where job_id in (select id from gone)
), joins as (
  delete from batch_joins where job_id in (select id from gone)
), told as (
  delete from callbacks where job_id in (select id from gone)
)
select id from gone;
