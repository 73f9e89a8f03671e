-- Notes which jobs stand in a batch. $1 batch; an element an item: $2 positions, $3 jobs, $4 external ids, $5 whether
-- the job was there before (0 or 1).
insert into batch_items (batch_id, position, job_id, external_id, deduplicated)
select $1::uuid, i.position, i.job_id, i.external_id, i.deduplicated = 1
from unnest($2::int[], $3::uuid[], $4::text[], $5::int[]) as i (position, job_id, external_id, deduplicated);
