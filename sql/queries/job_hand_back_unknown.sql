-- Hands back what a worker holds without knowing: a claim that was committed, but whose answer was lost with the
-- connection. No try is spent. $1 worker; the claims that it does know: $2 ids, $3 claims.
update jobs set status = 'queued', attempt = attempt - 1, claimed_by = null
where claimed_by = $1::uuid and status = 'running' and not exists (
  select from unnest($2::uuid[], $3::int[]) as known (id, claims)
  where known.id = jobs.id and known.claims = jobs.claims
)
returning id;
