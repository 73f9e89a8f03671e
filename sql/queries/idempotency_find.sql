-- Finds what came with a key, and what was answered, as it was written. $1 owner, $2 key.
select request, encode(body_hash, 'hex') as body_hash, status, (answer -> 'body')::text as body, answer -> 'headers' as headers
from idempotency_keys
where owner = $1::text and key = $2::text and answer is not null;
