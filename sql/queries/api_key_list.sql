-- All keys there ever were, those in use first.
select name, prefix, scopes, rate_per_minute, created_at, revoked_at
from api_keys
order by revoked_at is not null, name, created_at;
