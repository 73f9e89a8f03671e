-- What a callback says is written down at the end that it tells of, a try that has been overtaken is told from the one
-- that counts, and slow hosts leave places for others.

alter table callbacks
  add column host text;                                  -- of its URL, in one spelling (src/callback-hosts.ts)

alter table callback_deliveries
  add column round integer not null default 0;           -- rises when it is queued again and when a try begins: the fence

-- How long the last try took that a host was sent, to whom places are given by it. Forgotten after a month.
create table callback_hosts (
  host text primary key,
  is_slow boolean not null,
  tried_at timestamptz not null default clock()
);
create index callback_hosts_by_age on callback_hosts (tried_at);

-- What a callback says at this moment, as JSON. `ended_at`: of what it tells of.
create function callback_body(callback_id uuid, ended_at timestamptz) returns text language sql stable as $$
  select json_build_object(
    'type', case when c.job_id is null then 'batch.ended' else 'job.ended' end,
    'timestamp', to_char($2 at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'data', case when c.job_id is not null then (
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
    ) else (
      select json_build_object(
        'batch_id', batch.id, 'kind', batch.kind,
        'lines', batch.lines, 'invalid', batch.invalid, 'duplicates', batch.duplicates,
        -- What is not folded yet has come after the end: the fold that found it had left nothing.
        'jobs', coalesce((
          select json_object_agg(counted.kind, json_build_object('total', counted.total, 'completed', counted.completed,
            'failed', counted.failed, 'cancelled', counted.cancelled) order by counted.kind)
          from batch_counts counted where counted.batch_id = batch.id
        ), '{}'),
        'status_path', '/v2/batches/' || batch.id, 'status_url', c.origin || '/v2/batches/' || batch.id,
        'results_path', '/v2/batches/' || batch.id || '/results',
        'results_url', c.origin || '/v2/batches/' || batch.id || '/results')
      from batches batch where batch.id = c.batch_id
    ) end)::text
  from callbacks c where c.id = $1
$$;

-- The same where nothing may fail: null is written later, at the first try.
create function callback_body_if_possible(callback_id uuid, ended_at timestamptz) returns text language plpgsql stable as $$
begin
  return callback_body(callback_id, ended_at);
exception when others then
  raise warning 'a callback is written when it is sent: %', sqlerrm;
  return null;
end $$;

create or replace function deliver(callback_ids uuid[]) returns setof uuid language sql volatile as $$
  insert into callback_deliveries (callback_id, queued_at, body)
  select id, clock(), callback_body_if_possible(id, clock()) from unnest(callback_ids) as id
  returning id
$$;

-- As before (0019). The first flag is the host, the second what is known of it: none where it answered quickly. By these
-- a process gives its places (src/housekeeping/host-places.ts).
create or replace function send_deliveries(delivery_ids uuid[]) returns void language plpgsql as $$
begin
  perform graphile_worker.add_job(
    'send_callback', json_build_object('delivery_id', d.id), max_attempts := 14, job_key := 'callback ' || d.id,
    flags := array_remove(
      array['host ' || written.host, case when known.host is null then 'new' when known.is_slow then 'slow' end], null))
  from callback_deliveries d
    join callbacks c on c.id = d.callback_id
    -- Callbacks from before hosts were kept have the URL alone.
    cross join lateral (select coalesce(c.host, lower(substring(c.url from '^[^:]+://([^/?#]*)')), '') as host) as written
    left join callback_hosts known on known.host = written.host
  where d.id = any (delivery_ids);
end $$;

-- As before (0019), and what has ended stays so until it is written down.
create or replace function tell_ended(callback_ids uuid[]) returns void language plpgsql as $$
declare
  of_jobs uuid[] := array(
    select c.id from callbacks c join jobs on jobs.id = c.waits_for and is_ended(jobs.status)
    where c.id = any (callback_ids) and c.told_at is null for update of c skip locked for share of jobs skip locked);
  of_batches uuid[] := array(
    select c.id from callbacks c join batches on batches.id = c.batch_id and batches.ended_at is not null
    where c.id = any (callback_ids) and c.told_at is null for update of c skip locked for share of batches skip locked);
begin
  update jobs set is_watched = true
  where not is_watched and status in ('queued', 'running')
    and parent_id = any (array(select waits_for from callbacks where id = any (of_jobs)));
  perform tell(of_jobs);
  perform queue_deliveries(of_batches);
end $$;
