-- The public CNPJ registries: what they said, and whose turn it is to ask them.

-- The last certain answer about a CNPJ.
create table registry_answers (
  cnpj text primary key,
  record json,                                  -- null: nobody knows this number
  sources text[] not null,                      -- the hosts that said so
  answered_at timestamptz not null
);

-- A registry counts calls by address, so the whole fleet has one limit per host. A call takes the next free moment.
-- Jobs for which that is too far away are told when to come back, each at a moment of its own: thousands of them wait
-- without asking again and again.
create table registry_hosts (
  host text primary key,
  next_at timestamptz not null,                 -- the next free moment for a call
  return_at timestamptz not null,               -- when the next job that is sent away is to come back
  paused_until timestamptz not null             -- the host has asked to be left alone (429)
) with (fillfactor = 30);
