-- Creates a batch, after any other of the same owner and kind that is under way: two that hold the same companies in
-- different orders would wait for each other. $1 id, $2 kind, $3 owner.
with turn as materialized (
  select pg_advisory_xact_lock(hashtextextended('batch ' || $2::text || ' ' || $3::text, 0))
)
insert into batches (id, kind, owner) select $1::uuid, $2::text, $3::text from turn;
