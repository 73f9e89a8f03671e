-- Frees a slot that this worker holds. $1 provider, $2 worker, $3 slot.
update llm_slots set held_by = null, held_since = null
where provider = $1::text and slot = $3::int and held_by = $2::uuid;
