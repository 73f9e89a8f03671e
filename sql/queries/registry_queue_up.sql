-- Gives a job that was sent away a moment of its own to come back, at the host where that is soonest, in ms from now.
-- Where the line reaches farther than the horizon it begins anew, beside those who wait already.
-- $1 hosts, $2 ms between calls of each, $3 the horizon, in ms after the host's next free moment.
with soonest as (
  select host, spacing,
    case when return_at > free_at + make_interval(secs => $3::float8 / 1000) then free_at
      else greatest(return_at, free_at) end as turn_at
  from registry_hosts
  join unnest($1::text[], $2::int[]) as asked (host, spacing_ms) using (host)
  cross join lateral (select greatest(next_at, clock()), make_interval(secs => spacing_ms::float8 / 1000))
    as now_free (free_at, spacing)
  order by turn_at
  limit 1
  for update of registry_hosts
)
update registry_hosts set return_at = soonest.turn_at + soonest.spacing
from soonest
where registry_hosts.host = soonest.host
returning ceil(extract(epoch from soonest.turn_at - clock()) * 1000)::int as wait_ms;
