-- Inserts jobs of one kind; a job whose subject already has a live one is left out of the answer.
--
-- $1 kind, $2 owner, $3 max attempts, $4 exclusive, $5 parent; an element a job: $6 ids, $7 priorities, $8 subjects,
-- $9 inputs, $10 delays in ms (0: due at once); $11 batch, $12 whether something waits for their end. A child has both
-- from its parent, and its priority if that is lower: the profile of a single request passes those of batches.
insert into jobs (kind, owner, max_attempts, exclusive, parent_id, id, priority, subject, input, run_at, batch_id, is_watched)
select $1::text, $2::text, $3::smallint, $4::bool and j.subject is not null, $5::uuid, j.id,
  least(j.priority, (select parent.priority from jobs parent where parent.id = $5::uuid)), j.subject, j.input::json,
  case when j.delay_ms > 0 then clock() + j.delay_ms * interval '1 millisecond' end,
  coalesce($11::uuid, (select parent.batch_id from jobs parent where parent.id = $5::uuid)),
  $12::bool or coalesce((select parent.is_watched from jobs parent where parent.id = $5::uuid), false)
from unnest($6::uuid[], $7::int[], $8::text[], $9::text[], $10::float8[]) as j (id, priority, subject, input, delay_ms)
on conflict (owner, kind, subject) where exclusive and status in ('queued', 'running') do nothing
returning id;
