-- Revokes the key of a name, which is then free for another. $1 name.
update api_keys set revoked_at = clock() where name = $1::text and revoked_at is null returning id;
