-- Notes who joins jobs that are live, and says which of them still are; until the commit they stay so. $1 ids, $2 whether
-- something waits for their end, $3 whether it is a single request that joins.
update jobs set is_watched = is_watched or $2::bool, is_joined_by_single = is_joined_by_single or $3::bool
where id = any ($1::uuid[]) and status in ('queued', 'running')
returning id;
