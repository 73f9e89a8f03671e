-- Which of the jobs that are waited for have ended, or are gone. $1 ids of those that are waited for alone, $2 of those
-- that are waited for with their children; one that stands in both may come twice.
select wanted.id, false as with_children
from unnest($1::uuid[]) as wanted (id)
left join jobs on jobs.id = wanted.id
where jobs.id is null or is_ended(jobs.status)
union all
select wanted.id, true
from unnest($2::uuid[]) as wanted (id)
left join jobs on jobs.id = wanted.id
where jobs.id is null or is_ended(jobs.status)
  and not exists (select from jobs child where child.parent_id = wanted.id and child.status in ('queued', 'running'));
