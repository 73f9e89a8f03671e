-- Hands back what a worker holds without knowing: a claim that was committed, but whose answer was lost with the
-- connection. No try is spent. $1 worker, $2 ids that it does know.
update jobs set status = 'queued', attempt = attempt - 1, claimed_by = null
where claimed_by = $1::uuid and status = 'running' and id <> all ($2::uuid[])
returning id;
