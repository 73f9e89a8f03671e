-- Jobs, newest first, without their results. Planned anew at each call, so that a filter that is null costs nothing.
-- $1 status, $2 kind, $3 batch, $4 older than this id, $5 how many, $6 owner.
select id, kind, status, priority, attempt, max_attempts, stalls, created_at, started_at, finished_at, run_at, owner, subject, parent_id,
  input, progress, error
from jobs
where ($1::text is null or status = $1::text)
  and ($2::text is null or kind = $2::text)
  and ($3::uuid is null or id in (select job_id from batch_items where batch_id = $3::uuid))
  and ($4::uuid is null or id < $4::uuid)
  and ($6::text is null or owner = $6::text)
order by id desc
limit $5::int;
