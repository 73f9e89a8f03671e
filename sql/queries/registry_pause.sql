-- Leaves a host alone for a while, over the whole fleet. $1 host, $2 ms.
insert into registry_hosts as host (host, next_at, return_at, paused_until)
values ($1::text, clock() + make_interval(secs => $2::float8 / 1000), clock(),
  clock() + make_interval(secs => $2::float8 / 1000))
on conflict (host) do update
  set next_at = greatest(host.next_at, excluded.next_at),
    paused_until = greatest(host.paused_until, excluded.paused_until);
