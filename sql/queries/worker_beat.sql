-- A worker's sign of life. $1 id, $2 jobs running, $3 whether it drains, $4 seconds after which the last one is so long ago
-- that there was a gap. No row: it was given up for dead, and its jobs are no longer its own.
update workers set beat_at = clock(), running = $2::int, is_draining = $3::bool,
  unbroken_since = case when beat_at < clock() - $4::float8 * interval '1 second' then clock() else unbroken_since end
where id = $1::uuid returning id;
