-- Batches, newest first, with how many jobs they have, by kind. Planned anew at each call. $1 ids, $2 owner, $3 older than
-- this id, $4 how many; null lets all through.
--
-- Counts are the folded ones and what has changed since, so they are right at this moment; what runs is taken from the
-- index of running jobs, and no ended one is counted. `pace` and
-- `callbacks`, with their last deliveries, are only told of batches that are asked for by their ids.
with shown as materialized (
  select * from batches
  where ($1::uuid[] is null or id = any ($1::uuid[]))
    and ($2::text is null or owner = $2::text)
    and ($3::uuid is null or id < $3::uuid)
  order by id desc
  limit $4::int
), counts as (
  select batch_id, kind, sum(total)::int as total, sum(completed)::int as completed, sum(failed)::int as failed,
    sum(cancelled)::int as cancelled
  from (
    select * from batch_counts where batch_id in (select id from shown)
    union all
    select * from batch_changes where batch_id in (select id from shown)
  ) as all_counts
  group by batch_id, kind
), running as (
  select batch_id, kind, stage, count(*)::int as jobs
  from (
    select id, batch_id, kind, progress->>'stage' as stage from jobs
    where status = 'running' and batch_id in (select id from shown)
    union
    select j.id, b.batch_id, j.kind, j.progress->>'stage' from jobs j join batch_joins b on b.job_id = j.id
    where j.status = 'running' and j.is_watched and b.batch_id in (select id from shown)
  ) as running_jobs
  group by batch_id, kind, stage
), pace as (
  select batch_id, kind, sum(ended)::int as ended, extract(epoch from clock() - min(at))::float8 as seconds
  from batch_pace
  where batch_id = any ($1::uuid[]) and at > clock() - interval '5 minutes'
  group by batch_id, kind
)
select id, kind, owner, created_at, lines, duplicates, invalid, ended_at,
  (select coalesce(json_agg(to_json(c) order by c.kind), '[]') from counts c where c.batch_id = shown.id) as counts,
  (select coalesce(json_agg(to_json(r) order by r.kind, r.stage), '[]') from running r where r.batch_id = shown.id)
    as running,
  (select coalesce(json_agg(to_json(p)), '[]') from pace p where p.batch_id = shown.id) as pace,
  (select json_agg(json_build_object('id', c.id, 'url', c.url, 'last', (
      select json_build_object('id', d.id, 'status', d.status, 'attempts', d.attempts, 'last_status', d.last_status,
        'last_error', d.last_error, 'next_try_at', d.next_try_at, 'delivered_at', d.delivered_at)
      from callback_deliveries d where d.callback_id = c.id order by d.queued_at desc, d.id limit 1
    )) order by c.created_at, c.id)
  from callbacks c where c.batch_id = shown.id and shown.id = any ($1::uuid[])) as callbacks
from shown
order by id desc;
