-- What the fleet knows of each LLM endpoint, beside the slots that stand in `llm_slots`.
create table llm_endpoints (
  provider text primary key,                    -- the endpoint's base URL
  version integer not null default 0,           -- rises with each step of the limit
  call_limit float8 not null,                   -- calls at a time, beneath the cap
  state json not null,                          -- what the next step goes by: LimitState in src/llm/limit.ts
  successes integer not null default 0,         -- this and what follows: told by the processes since the last step
  refusals integer not null default 0,
  late_refusals integer not null default 0,
  failures_in_a_row integer not null default 0,
  peak integer not null default 0,
  paused_until timestamptz,                     -- it has asked to be left alone (Retry-After)
  rests_until timestamptz                       -- it has failed too often; after this moment one call may try it
) with (fillfactor = 30);

-- Which processes have calls that wait for a slot. A row that has not been renewed for two seconds counts no more.
create unlogged table llm_askers (
  worker_id uuid primary key,
  wants integer not null,
  asked_at timestamptz not null
) with (fillfactor = 30);
