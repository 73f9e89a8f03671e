-- A request that is answered with a job already queued must not wait longer than one of its own would have.
-- An element a job: $1 ids, $2 priorities.
update jobs set priority = wanted.priority
from (select id, min(priority) as priority from unnest($1::uuid[], $2::int[]) as each (id, priority) group by id) as wanted
where jobs.id = wanted.id and jobs.status = 'queued' and jobs.priority > wanted.priority;
