-- Notes what came of a try, and of its host whether it was slow. $1 delivery, $2 the try's round (another by now: it was
-- sent again meanwhile, or by somebody who took this one for dead, and nothing is written of the delivery), $3 status,
-- $4 of HTTP, $5 error, $6 seconds to the next try, $7 whether it was slow (null: that is not known).
with of_host as (
  insert into callback_hosts as h (host, is_slow)
  select c.host, $7::boolean from callback_deliveries d join callbacks c on c.id = d.callback_id
  where d.id = $1::uuid and c.host is not null and $7::boolean is not null
  on conflict (host) do update set is_slow = excluded.is_slow, tried_at = excluded.tried_at
  where h.is_slow <> excluded.is_slow or h.tried_at < excluded.tried_at - interval '1 hour'
)
update callback_deliveries set
  status = $3::text, last_status = $4::int, last_error = $5::text,
  next_try_at = case when $3::text = 'pending' then clock() + $6::float8 * interval '1 second' end,
  delivered_at = case when $3::text = 'delivered' then clock() end
where id = $1::uuid and round = $2::int
returning id;
