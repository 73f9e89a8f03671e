-- Writes how one job ended, first in the transaction that stores what it found: the row's lock keeps the job this worker's
-- until the commit. What follows may take $5 ms a statement, so that a locked table does not hold the connection for ever.
-- $1 worker, $2 id, $3 claims, $4 result. No row: it is no longer this worker's, and the transaction must be rolled back.
with ended as (
  update jobs set status = 'completed', claimed_by = null, finished_at = clock(), result = $4::text::json, error = null
  where id = $2::uuid and claimed_by = $1::uuid and claims = $3::int and status = 'running'
  returning id
)
select id, set_config('statement_timeout', $5::text, true) from ended;
