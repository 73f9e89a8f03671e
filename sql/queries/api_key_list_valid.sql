-- The keys that let a request in. $1 the most that are wanted.
select id, name, prefix, hash, scopes, rate_per_minute from api_keys where revoked_at is null order by created_at limit $1::int;
