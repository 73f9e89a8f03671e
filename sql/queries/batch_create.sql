-- Creates a batch. $1 id, $2 kind, $3 owner.
insert into batches (id, kind, owner) values ($1::uuid, $2::text, $3::text);
