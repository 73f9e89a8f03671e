-- How far jobs are whose events are followed, and the jobs they enqueued. $1 ids.
select id, kind, status, progress,
  (select json_agg(json_build_object('id', child.id, 'kind', child.kind, 'status', child.status, 'progress', child.progress)
     order by child.id)
   from jobs child where child.parent_id = jobs.id) as children
from jobs where id = any ($1::uuid[]);
