-- One turn of a process at the LLM endpoints: it tells what came of its calls, gives slots back, and takes free ones.
--
-- $1 worker, $2 how many slots it takes at the most, $4 how many of its calls wait, $3 its endpoints, a JSON array of:
--   provider, cap; wants: the most slots of this one; kept: those that it goes on holding (what else is its own is free);
--   generation and rests, under which it counted: successes, refusals, late_refusals, failures, answers; pause_ms;
--   and a step of the limit, if it has worked one out: version (the one it began from), call_limit, state, rest_ms
--   (more than 0: a rest begins), stepped_successes, stepped_refusals, stepped_late_refusals: what the step has used.
--
-- Only slots below the limit are given, so that two processes cannot both take the last one; and no more than there is
-- room for, since higher ones may still be held after the limit fell. None while refusals wait for a step.
with asked as materialized (
  select * from json_to_recordset($3::text::json) as a (
    provider text, cap int, wants int, kept int[], generation int, rests int, successes int, refusals int, late_refusals int,
    failures int, answers int, pause_ms float8, version int, call_limit float8, state json, rest_ms float8,
    stepped_successes int, stepped_refusals int, stepped_late_refusals int)
), held as materialized (
  select a.provider, count(s.slot)::int as held
  from asked a
  left join llm_slots s on s.provider = a.provider and s.held_by is not null
    and not (s.held_by = $1::uuid and s.slot <> all (a.kept))
  group by a.provider
), told as (
  update llm_endpoints e set
    version = e.version + case when a.version = e.version then 1 else 0 end,
    call_limit = case when a.version = e.version then a.call_limit else e.call_limit end,
    state = case when a.version = e.version then a.state else e.state end,
    successes = e.successes + a.successes - case when a.version = e.version then a.stepped_successes else 0 end,
    refusals = e.refusals - case when a.version = e.version then a.stepped_refusals else 0 end
      + case when a.generation = (case when a.version = e.version then a.state else e.state end ->> 'generation')::int
        then a.refusals else 0 end,
    late_refusals = e.late_refusals + a.late_refusals
      - case when a.version = e.version then a.stepped_late_refusals else 0 end
      + case when a.generation = (case when a.version = e.version then a.state else e.state end ->> 'generation')::int
        then 0 else a.refusals end,
    failures_in_a_row = case
        when a.successes + a.answers > 0 then 0
        when a.version = e.version and a.rest_ms > 0 then 0
        else e.failures_in_a_row end
      + case when a.rests = (case when a.version = e.version then a.state else e.state end ->> 'rests')::int
        then a.failures else 0 end,
    peak = greatest(case when a.version = e.version then 0 else e.peak end, h.held + a.refusals),
    paused_until = case when a.pause_ms > 0
      then greatest(e.paused_until, clock() + a.pause_ms * interval '1 millisecond') else e.paused_until end,
    rests_until = case
      when a.version is distinct from e.version then e.rests_until
      when a.rest_ms > 0 then clock() + a.rest_ms * interval '1 millisecond'
      when (a.state ->> 'restMs')::float8 = 0 then null
      else e.rests_until end
  from asked a join held h using (provider)
  where e.provider = a.provider
    and (a.successes + a.refusals + a.late_refusals + a.failures + a.answers + a.pause_ms > 0
      or a.version is not null or h.held > e.peak)
  returning e.*
), known as materialized (
  select * from told
  union all
  select e.* from llm_endpoints e join asked using (provider)
  where not exists (select from told where told.provider = e.provider)
), room as materialized (
  select k.provider, h.held, u.usable, case when k.refusals + k.late_refusals > 0 then 0 else least(u.usable - h.held, a.wants) end as free
  from known k join held h using (provider) join asked a using (provider)
  cross join lateral (
    select case
      when k.paused_until > clock() or k.rests_until > clock() then 0
      when k.rests_until is not null then 1
      else floor(least(k.call_limit, a.cap))::int end as usable
  ) u
), freed as (
  update llm_slots s set held_by = null, held_since = null
  from asked a
  where s.provider = a.provider and s.held_by = $1::uuid and s.slot <> all (a.kept)
), free as (
  select s.provider, s.slot, row_number() over (partition by s.provider order by s.slot) as nth
  from llm_slots s join room r on s.provider = r.provider and s.slot < r.usable
  where s.held_by is null
), taken as (
  update llm_slots set held_by = $1::uuid, held_since = clock()
  from (
    select s.provider, s.slot
    from llm_slots s
    join free f on f.provider = s.provider and f.slot = s.slot
    join room r on r.provider = s.provider
    where s.held_by is null and f.nth <= r.free
      and exists (select from workers where workers.id = $1::uuid) -- the dead take nothing
    order by (r.held + f.nth)::float8 / r.usable, s.provider
    limit $2::int
    for update of s skip locked
  ) chosen
  where llm_slots.provider = chosen.provider and llm_slots.slot = chosen.slot
  returning llm_slots.provider, llm_slots.slot
), wants as materialized (
  select $4::int - count(*)::int as wants from taken
), asks as (
  insert into llm_askers (worker_id, wants, asked_at)
  select $1::uuid, wants, clock() from wants where wants > 0
  on conflict (worker_id) do update set wants = excluded.wants, asked_at = excluded.asked_at
), asks_no_more as (
  delete from llm_askers using wants where worker_id = $1::uuid and wants.wants = 0
), others as materialized (
  select worker_id, wants from llm_askers
  where worker_id <> $1::uuid and asked_at > clock() - interval '2 seconds'
), users as materialized (
  select provider, sum(demand)::float8 as demand
  from (
    select s.provider, s.held_by as id, 1 as demand from llm_slots s join asked a on a.provider = s.provider
    where s.held_by <> $1::uuid
    union all select a.provider, o.worker_id, o.wants from asked a cross join others o
    union all select a.provider, $1::uuid, cardinality(a.kept) + $4::int from asked a
  ) demands
  group by provider, id
), levels as (
  -- Who wants less than an equal part leaves the rest to the others. Taken in the order of what they want, the equal part
  -- of what is left rises as long as that is so, and falls from then on.
  select u.provider,
    (least(k.call_limit, a.cap) - coalesce(sum(u.demand) over those_below, 0)) / (count(*) over everybody - count(*) over those_below)
      as level
  from users u join known k on k.provider = u.provider join asked a on a.provider = u.provider
  window everybody as (partition by u.provider),
    those_below as (partition by u.provider order by u.demand rows between unbounded preceding and 1 preceding)
)
select k.provider, k.version, k.call_limit, k.state, k.successes, k.refusals, k.late_refusals, k.failures_in_a_row,
  k.peak, room.usable,
  array(select slot from taken where taken.provider = k.provider) as taken,
  array(
    select slot from llm_slots s join asked a on a.provider = s.provider
    where s.provider = k.provider and s.held_by = $1::uuid and s.slot = any (a.kept)
  ) as still_mine,
  greatest(0, extract(epoch from greatest(k.paused_until, k.rests_until) - clock()) * 1000)::float8 as closed_ms,
  (select coalesce(sum(o.wants), 0) from others o)::int as others_want,
  (select max(level) from levels where levels.provider = k.provider)::float8 as share,
  -- Giving back need not wait for the disk: after a crash the next turn gives back again. A slot that was taken must.
  case when not exists (select from taken) then set_config('synchronous_commit', 'off', true) end is not null as is_relaxed
from known k join room using (provider);
