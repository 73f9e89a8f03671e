-- Notes what came of a try. $1 delivery, $2 which try it was (another by now: it was sent again meanwhile, and nothing is
-- written), $3 status, $4 of HTTP, $5 error, $6 seconds to the next try.
update callback_deliveries set
  status = $3::text, last_status = $4::int, last_error = $5::text,
  next_try_at = case when $3::text = 'pending' then clock() + $6::float8 * interval '1 second' end,
  delivered_at = case when $3::text = 'delivered' then clock() end
where id = $1::uuid and attempts = $2::int
returning id;
