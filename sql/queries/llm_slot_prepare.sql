-- Makes sure that an endpoint has as many slots as its cap. $1 provider, $2 cap.
insert into llm_slots (provider, slot)
select $1::text, slot from generate_series(0, $2::int - 1) as slot
on conflict do nothing;
