-- Takes a host's next free moment if it is near enough, and says how far away it is. No row: it is too far away.
-- $1 host, $2 ms between calls, $3 the farthest, in ms.
insert into registry_hosts as host (host, next_at, return_at, paused_until)
values ($1::text, clock() + make_interval(secs => $2::float8 / 1000), clock(), clock())
on conflict (host) do update
  set next_at = greatest(host.next_at, clock()) + make_interval(secs => $2::float8 / 1000)
  where host.next_at <= clock() + make_interval(secs => $3::float8 / 1000)
returning ceil(extract(epoch from next_at - clock()) * 1000 - $2::float8)::int as wait_ms;
