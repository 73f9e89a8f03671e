-- The queue.
--
-- One row of `jobs` is one piece of work. It is what a worker claims and what the caller polls, so there is no second
-- state to keep in step. Its life:
--
--   queued ──claim──▶ running ──finish──▶ completed | failed | cancelled
--     ▲                  │
--     └── retry, snooze, hand back, stall (its worker died)
--
-- A job that is queued is due when `run_at` is null. A later start keeps it out of the index that claims read; a
-- worker's maintenance clears `run_at` when the time has come. However many jobs wait for tomorrow, a claim never
-- steps over them.
--
-- `workers` has one row per live process. A job whose `claimed_by` is not there has lost its worker.

-- The time. Tests set `sonda.now` to move it.
create function clock() returns timestamptz language sql stable parallel safe as
  $$ select coalesce(nullif(current_setting('sonda.now', true), '')::timestamptz, now()) $$;

create table jobs (
  id uuid primary key,                          -- version 7: in the order of creation
  kind text not null,
  status text not null default 'queued'
    check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
  priority integer not null default 0,          -- the lowest is claimed first
  claims integer not null default 0,            -- how often it was ever claimed: the fence. Never falls
  attempt smallint not null default 0,          -- tries that count. A stall, a snooze or a hand-back is given back
  max_attempts smallint not null,
  stalls smallint not null default 0,           -- how often its worker died under it
  exclusive boolean not null,                   -- at most one live job per owner, kind and subject
  claimed_by uuid,                              -- workers.id, while running
  run_at timestamptz,                           -- queued and not before; null: due
  created_at timestamptz not null default clock(),
  started_at timestamptz,                       -- of the latest claim
  finished_at timestamptz,
  owner text not null default '',               -- who submitted it
  subject text,                                 -- what it is about: a CNPJ, a website, a name
  parent_id uuid,                               -- the job that enqueued it
  input json not null,                          -- json, not jsonb: what was written is read back in its order
  progress json,
  result json,
  error json,                                  -- { code, message, … }: of the last try while queued, final when failed
  constraint claimed_is_running check ((status = 'running') = (claimed_by is not null))
) with (
  fillfactor = 70,                              -- room for the new versions of a row on its own page
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0
);

create index jobs_due on jobs (kind, priority, id) where status = 'queued' and run_at is null;
create index jobs_scheduled on jobs (run_at) where status = 'queued' and run_at is not null;
create index jobs_running on jobs (id) where status = 'running';
create unique index jobs_live on jobs (owner, kind, subject) where exclusive and status in ('queued', 'running');
create index jobs_children on jobs (parent_id) where parent_id is not null;
create index jobs_ended_badly on jobs (status, id) where status in ('failed', 'cancelled');

-- One row per worker process, beaten while it lives.
create table workers (
  id uuid primary key,
  kind text not null,
  host text not null,
  pid integer not null,
  slots integer not null,
  running integer not null default 0,
  is_draining boolean not null default false,
  started_at timestamptz not null default clock(),
  beat_at timestamptz not null default clock()
) with (fillfactor = 50);

-- How many jobs have ended, so that no request counts finished rows. Sharded, so that processes do not wait for one row.
create table job_tallies (
  kind text not null,
  day date not null,
  shard smallint not null,
  completed bigint not null default 0,
  failed bigint not null default 0,
  cancelled bigint not null default 0,
  primary key (kind, day, shard)
) with (fillfactor = 50);

-- Jobs submitted together. An item refers to its job, since one live job may stand in several batches.
create table batches (
  id uuid primary key,
  kind text not null,
  owner text not null default '',
  created_at timestamptz not null default clock()
);

create table batch_items (
  batch_id uuid not null references batches on delete cascade,
  position integer not null,
  job_id uuid not null,
  external_id text,
  deduplicated boolean not null default false,
  primary key (batch_id, position)
);
create index batch_items_job on batch_items (batch_id, job_id);
