-- Cancels queued jobs of a kind, at most $2 at once, whoever owns them. $1 kind, $3 tally shard.
with ended as (
  update jobs set status = 'cancelled', run_at = null, finished_at = clock()
  where id = any (array(
    select id from jobs where kind = $1::text and status = 'queued' limit $2::int for update skip locked
  ))
  returning id
), counted as (
  insert into job_tallies as t (kind, day, shard, cancelled)
  select $1::text, clock()::date, $3::smallint, count(*) from ended having count(*) > 0
  on conflict (kind, day, shard) do update set cancelled = t.cancelled + excluded.cancelled
)
select id from ended;
