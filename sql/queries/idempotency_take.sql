-- Takes a key for the request that brings it first; no row: it is taken. Waits for a transaction that is about to.
-- $1 owner, $2 key, $3 method and path, $4 SHA-256 of the body, in hex.
insert into idempotency_keys (owner, key, request, body_hash)
values ($1::text, $2::text, $3::text, decode($4::text, 'hex'))
on conflict (owner, key) do nothing
returning key;
