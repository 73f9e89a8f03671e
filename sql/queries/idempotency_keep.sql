-- Keeps the answer to the request that took a key. $1 owner, $2 key, $3 status, $4 { headers, body }.
update idempotency_keys set status = $3::int, answer = $4::text::json where owner = $1::text and key = $2::text;
