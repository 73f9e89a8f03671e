-- Deletes the oldest keys that are older than that. $1 days, $2 how many at most.
delete from idempotency_keys
where (owner, key) in (
  select owner, key from idempotency_keys
  where created_at < clock() - make_interval(days => $1::int)
  order by created_at
  limit $2::int)
returning key;
