-- Writes how many lines and jobs a batch has, as the last statement of the transaction that makes it. $1 batch, $2 kind,
-- $3 lines, $4 invalid, $5 duplicates, $6 jobs, $7 the last job's priority. A batch without a job has ended.
with counted as (
  insert into batch_counts (batch_id, kind, total) values ($1::uuid, $2::text, $6::int)
)
update batches set
  lines = $3::int, invalid = $4::int, duplicates = $5::int, last_priority = $7::int,
  ended_at = case when $6::int = 0 then clock() end
where id = $1::uuid;
