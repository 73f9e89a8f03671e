-- Creates a key; no row if one of that name is in use. $1 name, $2 prefix, $3 SHA-256 as hex, $4 scopes, $5 requests a
-- minute (null: no limit).
insert into api_keys (name, prefix, hash, scopes, rate_per_minute)
values ($1::text, $2::text, decode($3::text, 'hex'), $4::text[], $5::int)
on conflict (name) where revoked_at is null do nothing
returning id;
