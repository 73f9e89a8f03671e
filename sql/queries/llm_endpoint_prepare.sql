-- Makes sure that an endpoint is known, and has as many slots as its cap. $1 provider, $2 cap, $3 first limit, $4 first state.
with known as (
  insert into llm_endpoints (provider, call_limit, state) values ($1::text, $3::float8, $4::text::json)
  on conflict do nothing
)
insert into llm_slots (provider, slot)
select $1::text, slot from generate_series(0, $2::int - 1) as slot
on conflict do nothing;
