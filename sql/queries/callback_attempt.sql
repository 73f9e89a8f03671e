-- Begins a try of a delivery, and says where it goes and what it says: at the first try, what is so then, and the same at
-- every other. $1 delivery. No row: it is gone, was delivered, or is not tried any more.
update callback_deliveries d set
  attempts = d.attempts + 1,
  last_attempt_at = clock(),
  body = coalesce(d.body, json_build_object(
    'type', case when c.job_id is null then 'batch.ended' else 'job.ended' end,
    'timestamp', to_char(d.queued_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'data', coalesce((
      select json_build_object(
        'job_id', job.id, 'kind', job.kind, 'status', job.status,
        'external_id', coalesce(c.external_id, job.input ->> 'external_id'),
        'error_code', case when job.status = 'failed' then job.error ->> 'code' end,
        'status_path', '/jobs/' || job.id, 'status_url', c.origin || '/jobs/' || job.id,
        'children', coalesce((
          select json_agg(json_build_object(
            'job_id', child.id, 'kind', child.kind, 'status', child.status,
            'error_code', case when child.status = 'failed' then child.error ->> 'code' end,
            'status_path', '/jobs/' || child.id, 'status_url', c.origin || '/jobs/' || child.id) order by child.id)
          from jobs child where child.parent_id = job.id
        ), '[]'))
      from jobs job where job.id = c.job_id
    ), (
      select json_build_object(
        'batch_id', batch.id, 'kind', batch.kind, 'external_id', c.external_id,
        'lines', batch.lines, 'invalid', batch.invalid, 'duplicates', batch.duplicates,
        'jobs', coalesce((
          select json_object_agg(kind, json_build_object(
            'total', total, 'completed', completed, 'failed', failed, 'cancelled', cancelled) order by kind)
          from (
            select kind, sum(total) as total, sum(completed) as completed, sum(failed) as failed, sum(cancelled) as cancelled
            from (table batch_counts union all table batch_changes) as counted
            where counted.batch_id = batch.id group by kind
          ) as of_kind
        ), '{}'),
        'status_path', '/v2/batches/' || batch.id, 'status_url', c.origin || '/v2/batches/' || batch.id,
        'results_path', '/v2/batches/' || batch.id || '/results',
        'results_url', c.origin || '/v2/batches/' || batch.id || '/results')
      from batches batch where batch.id = c.batch_id
    ), json_build_object('job_id', c.job_id, 'batch_id', c.batch_id)))::text)
from callbacks c
where d.id = $1::uuid and d.status = 'pending' and c.id = d.callback_id
returning c.url, d.body, d.attempts;
