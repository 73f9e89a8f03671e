-- Replaces a running job's progress. $1 worker, $2 id, $3 claims, $4 progress. No row: it is no longer this worker's.
update jobs set progress = $4::text::json
where id = $2::uuid and claimed_by = $1::uuid and claims = $3::int and status = 'running'
returning id;
