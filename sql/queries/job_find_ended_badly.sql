-- Ids of failed or cancelled jobs, the oldest first. $1 status, $2 kind, $3 error code, $4 batch, $5 owner, $6 after this
-- id, $7 how many. A filter that is null lets all through; a batch's jobs are its own, those that it joined, and their
-- children.
select id from jobs
where status = $1::text and status in ('failed', 'cancelled')
  and ($2::text is null or kind = $2::text)
  and ($3::text is null or error->>'code' = $3::text)
  and ($4::uuid is null or batch_id = $4::uuid or id in (select job_id from batch_items where batch_id = $4::uuid)
    or parent_id in (select job_id from batch_items where batch_id = $4::uuid))
  and ($5::text is null or owner = $5::text)
  and ($6::uuid is null or id > $6::uuid)
order by id
limit $7::int;
