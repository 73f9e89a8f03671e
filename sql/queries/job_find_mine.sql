-- Which of these jobs are still this worker's: what is missing was cancelled, or taken after a stall.
-- $1 worker, $2 ids, $3 claims.
select jobs.id, jobs.claims
from unnest($2::uuid[], $3::int[]) as mine (id, claims)
join jobs on jobs.id = mine.id
where jobs.claimed_by = $1::uuid and jobs.claims = mine.claims and jobs.status = 'running';
