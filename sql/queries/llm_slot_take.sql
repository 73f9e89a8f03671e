-- Takes up to $4 free slots of an endpoint under its cap. $1 provider, $2 worker, $3 cap.
update llm_slots set held_by = $2::uuid, held_since = clock()
where provider = $1::text and slot in (
  select slot from llm_slots
  where provider = $1::text and held_by is null and slot < $3::int
  order by slot
  limit $4::int
  for update skip locked
)
returning slot;
