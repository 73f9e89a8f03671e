-- Notes that something waits for the end of jobs that are live, and says which of them still are. $1 ids.
update jobs set is_watched = true where id = any ($1::uuid[]) and status in ('queued', 'running') returning id;
