-- One job as its caller sees it, with the jobs it enqueued. $1 id.
select jobs.*,
  (select json_agg(json_build_object('id', c.id, 'kind', c.kind, 'status', c.status) order by c.id)
   from jobs c where c.parent_id = jobs.id) as children
from jobs where id = $1::uuid;
