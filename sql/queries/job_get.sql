-- Jobs as their callers see them, with the jobs they enqueued, what all their tries used of the LLM, and who is called back,
-- with the last delivery.
-- $1 ids, $2 those of them whose children are wanted whole, $3 owner.
select jobs.*,
  (select json_agg(
     case when jobs.id = any ($2::uuid[])
     then (select to_json(whole) from (select child.*, (
         select json_build_object('calls', u.calls, 'tokens_in', u.tokens_in, 'tokens_out', u.tokens_out,
           'latency_ms', round(u.latency_ms), 'cost', u.cost)
         from llm_job_usage u where u.job_id = child.id) as llm_usage) whole)
     else json_build_object('id', child.id, 'kind', child.kind, 'status', child.status, 'priority', child.priority,
       'run_at', child.run_at) end
     order by child.id)
   from jobs child where child.parent_id = jobs.id) as children,
  (select json_build_object('calls', u.calls, 'tokens_in', u.tokens_in, 'tokens_out', u.tokens_out,
     'latency_ms', round(u.latency_ms), 'cost', u.cost)
   from llm_job_usage u where u.job_id = jobs.id) as llm_usage,
  case when is_watched then (
    select json_agg(json_build_object('id', c.id, 'url', c.url, 'last', (
        select json_build_object('id', d.id, 'status', d.status, 'attempts', d.attempts, 'last_status', d.last_status,
          'last_error', d.last_error, 'next_try_at', d.next_try_at, 'delivered_at', d.delivered_at)
        from callback_deliveries d where d.callback_id = c.id order by d.queued_at desc, d.id limit 1
      )) order by c.created_at, c.id)
    from callbacks c where c.job_id = jobs.id
  ) end as callbacks
from jobs where id = any ($1::uuid[]) and ($3::text is null or owner = $3::text);
