-- Notes what became of lines of a batch. $1 batch; an element a line: $2 positions, $3 lines, $4 jobs (null: not valid),
-- $5 external ids, $6 whether another line or a live job stands for the company (0 or 1), $7 an invalid line as it was
-- given, $8 what is wrong with it.
insert into batch_items (batch_id, position, line, job_id, external_id, deduplicated, given, error)
select $1::uuid, i.position, i.line, i.job_id, i.external_id, i.deduplicated = 1, i.given::json, i.error::json
from unnest($2::int[], $3::int[], $4::uuid[], $5::text[], $6::int[], $7::text[], $8::text[])
  as i (position, line, job_id, external_id, deduplicated, given, error);
