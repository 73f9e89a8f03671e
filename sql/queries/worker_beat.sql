-- A worker's sign of life. $1 id, $2 jobs running, $3 whether it drains. No row: it was given up for dead, and its jobs
-- are no longer its own.
update workers set beat_at = clock(), running = $2::int, is_draining = $3::bool where id = $1::uuid returning id;
