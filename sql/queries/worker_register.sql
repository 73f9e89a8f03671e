-- Says that a worker process lives. $1 id, $2 kind, $3 host, $4 pid, $5 slots.
insert into workers (id, kind, host, pid, slots) values ($1::uuid, $2::text, $3::text, $4::int, $5::int);
