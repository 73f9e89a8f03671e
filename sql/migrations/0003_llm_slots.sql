-- The fleet-wide cap on LLM calls: a row is a slot, and holding it is the right to one call. Rows rather than session
-- locks, which do not survive a transaction pooler. A worker that dies leaves its id behind, and maintenance frees it.
create table llm_slots (
  provider text not null,                       -- the endpoint's base URL
  slot integer not null,
  held_by uuid,                                 -- workers.id
  held_since timestamptz,
  primary key (provider, slot)
) with (fillfactor = 30);
