-- What a kind's waiting can be estimated from: which job stands at which place, down to $2, and how fast it goes.
-- $1 kind, $2 how many places at most. `marks` has the first 200 places, and one in fifty of the others.
with due as (
  select priority, id, row_number() over (order by priority, id) as place
  from (
    select priority, id from jobs where kind = $1::text and status = 'queued' and run_at is null
    order by priority, id limit $2::int) as first
)
select
  (select count(*)::int from due) as due,
  (select coalesce(json_agg(json_build_object('priority', priority, 'id', id, 'place', place) order by place), '[]')
   from due where place <= 200 or place % 50 = 0) as marks,
  (select count(*)::int from jobs where status = 'running' and kind = $1::text) as running,
  (select coalesce(sum(slots), 0)::int from workers
   where kind = $1::text and not is_draining and beat_at > clock() - interval '35 seconds') as slots,
  (select coalesce(sum(completed + failed + cancelled), 0)::float8 from job_tallies where kind = $1::text) as ended,
  exists (select from paused_kinds where kind = $1::text) as is_paused;
