-- The callbacks of a job ($1) or a batch ($2) with their deliveries, oldest first. $3 owner (null: whoever's).
select c.id, c.url, c.created_at,
  coalesce((
    select json_agg(json_build_object('id', d.id, 'status', d.status, 'queued_at', d.queued_at, 'attempts', d.attempts,
      'last_attempt_at', d.last_attempt_at, 'last_status', d.last_status, 'last_error', d.last_error,
      'next_try_at', d.next_try_at, 'delivered_at', d.delivered_at) order by d.queued_at desc, d.id)
    from callback_deliveries d where d.callback_id = c.id
  ), '[]') as deliveries
from callbacks c
where (c.job_id = $1::uuid or c.batch_id = $2::uuid) and ($3::text is null or c.owner = $3::text)
order by c.created_at, c.id;
