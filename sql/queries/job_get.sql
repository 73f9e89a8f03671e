-- One job as its caller sees it, with the jobs it enqueued and what all its tries used of the LLM. $1 id.
select jobs.*,
  (select json_agg(json_build_object('id', c.id, 'kind', c.kind, 'status', c.status) order by c.id)
   from jobs c where c.parent_id = jobs.id) as children,
  (select json_build_object('calls', u.calls, 'tokens_in', u.tokens_in, 'tokens_out', u.tokens_out,
     'latency_ms', round(u.latency_ms), 'cost', u.cost)
   from llm_job_usage u where u.job_id = jobs.id) as llm_usage
from jobs where id = $1::uuid;
