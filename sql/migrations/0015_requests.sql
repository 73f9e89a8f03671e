-- What surrounds a request: the batch it belongs to, who is told of its end, whose key it came with.

-- Batches ---------------------------------------------------------------------------------------------------------------

alter table jobs
  add column batch_id uuid,                              -- the batch that it, or its parent, was made for
  add column is_watched boolean not null default false;  -- a callback waits for it, or another batch has joined it

alter table batches
  add column lines integer not null default 0,           -- of what was sent, valid or not
  add column invalid integer not null default 0,
  add column duplicates integer not null default 0,      -- lines of a company that another line or a live job stands for
  add column last_priority integer,                      -- of its last job: where its owner's share has come to
  add column ended_at timestamptz;                       -- all its jobs have ended, and their children; null while one is live

alter table batch_items
  alter column job_id drop not null,                     -- null: the line was not valid
  add column line integer,                               -- in what was sent; 1 is the first
  add column given json,                                 -- an invalid line, as it was given
  add column error json;                                 -- and what is wrong with it: [{ field, reason }]

-- A live job that a batch found there, made for another request. Its children are joined with it.
create table batch_joins (
  job_id uuid not null,
  batch_id uuid not null,
  primary key (job_id, batch_id)
);
create index batch_joins_batch on batch_joins (batch_id);

-- How many jobs a batch has and how they ended, so that no request counts them. What has changed since the last fold
-- stands in batch_changes, which is only ever inserted into: processes do not wait for one row.
create table batch_counts (
  batch_id uuid not null,
  kind text not null,
  total integer not null default 0,
  completed integer not null default 0,
  failed integer not null default 0,
  cancelled integer not null default 0,
  primary key (batch_id, kind)
) with (fillfactor = 50);

create table batch_changes (
  batch_id uuid not null,
  kind text not null,
  total integer not null default 0,
  completed integer not null default 0,
  failed integer not null default 0,
  cancelled integer not null default 0
);

create function is_ended(status text) returns boolean language sql immutable parallel safe as
  $$ select status in ('completed', 'failed', 'cancelled') $$;

create function batches_of(job_id uuid, batch_id uuid, is_watched boolean) returns setof uuid language sql stable as $$
  select $2 where $2 is not null
  union
  select j.batch_id from batch_joins j where $3 and j.job_id = $1
$$;

-- A trigger, so that no way of ending a job can forget its batches.
create function count_in_batches() returns trigger language plpgsql as $$
begin
  insert into batch_changes (batch_id, kind, completed, failed, cancelled)
  select id, new.kind,
    (new.status = 'completed')::int - (old.status = 'completed')::int,
    (new.status = 'failed')::int - (old.status = 'failed')::int,
    (new.status = 'cancelled')::int - (old.status = 'cancelled')::int
  from batches_of(new.id, new.batch_id, new.is_watched) as id;
  if is_ended(old.status) then -- a retry: its batches are open again
    update batches set ended_at = null
    where id in (select batches_of(new.id, new.batch_id, new.is_watched)) and ended_at is not null;
  end if;
  return null;
end $$;

create trigger jobs_count_in_batches after update of status on jobs for each row
  when ((new.batch_id is not null or new.is_watched) and old.status <> new.status
    and (new.status in ('completed', 'failed', 'cancelled') or old.status in ('completed', 'failed', 'cancelled')))
  execute function count_in_batches();

-- A child belongs to the batches of its parent; job_enqueue.sql has given it the parent's batch_id and is_watched.
create function count_child_in_batches() returns trigger language plpgsql as $$
begin
  insert into batch_joins (job_id, batch_id) select new.id, batch_id from batch_joins where job_id = new.parent_id;
  insert into batch_changes (batch_id, kind, total)
  select id, new.kind, 1 from batches_of(new.id, new.batch_id, new.is_watched) as id;
  return null;
end $$;

create trigger jobs_count_child_in_batches after insert on jobs for each row
  when (new.parent_id is not null and (new.batch_id is not null or new.is_watched))
  execute function count_child_in_batches();

-- Callbacks -------------------------------------------------------------------------------------------------------------

-- Who is told when a request has ended: the job with its children, or the batch.
create table callbacks (
  id uuid primary key default gen_random_uuid(),
  job_id uuid,                                           -- what was asked for: this job,
  batch_id uuid,                                         -- or this batch
  waits_for uuid,                                        -- the job whose end it waits for: job_id, then its child
  url text not null,
  owner text not null default '',
  created_at timestamptz not null default clock(),
  check ((job_id is null) <> (batch_id is null))
);
create index callbacks_waiting on callbacks (waits_for) where waits_for is not null;
create index callbacks_job on callbacks (job_id) where job_id is not null;
create index callbacks_batch on callbacks (batch_id) where batch_id is not null;

-- One each time that it ended: a job that is retried ends again. The id is the receiver's `webhook-id`.
create table callback_deliveries (
  id uuid primary key default gen_random_uuid(),
  callback_id uuid not null references callbacks on delete cascade,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
  queued_at timestamptz not null default clock(),
  attempts integer not null default 0,
  last_attempt_at timestamptz,
  last_status integer,                                   -- of HTTP; null: none came
  last_error text,
  delivered_at timestamptz
);
create index callback_deliveries_callback on callback_deliveries (callback_id);

-- Queues the deliveries for callbacks, to be sent by graphile-worker when this transaction has committed.
create function queue_deliveries(callback_ids uuid[]) returns void language plpgsql as $$
begin
  -- Its backoff, e^attempt seconds up to six hours, makes 13 tries a day and a little more.
  perform graphile_worker.add_job('send_callback', json_build_object('delivery_id', queued.id), max_attempts := 13)
  from deliver(callback_ids) as queued(id);
end $$;

create function deliver(callback_ids uuid[]) returns setof uuid language sql volatile as $$
  insert into callback_deliveries (callback_id) select unnest(callback_ids) returning id
$$;

-- At the commit, when the children that a job leaves behind are there: its callbacks wait for them instead.
create function tell_callbacks() returns trigger language plpgsql as $$
declare
  child uuid := (select id from jobs where parent_id = new.id and status in ('queued', 'running') limit 1);
begin
  if child is not null then
    update callbacks set waits_for = child where waits_for = new.id;
  else
    perform queue_deliveries(array(select id from callbacks where waits_for = new.id));
  end if;
  return null;
end $$;

create constraint trigger jobs_tell_callbacks after update on jobs deferrable initially deferred for each row
  when (new.is_watched and old.status <> new.status and new.status in ('completed', 'failed', 'cancelled'))
  execute function tell_callbacks();

-- Who asks --------------------------------------------------------------------------------------------------------------

create table api_keys (
  id uuid primary key default gen_random_uuid(),
  name text not null,                                    -- also the owner of what is submitted with it
  prefix text not null,                                  -- its first characters, to tell it by
  hash bytea not null unique,                            -- SHA-256 of the key, which is stored nowhere
  scopes text[] not null,                                -- of submit, read, admin
  rate_per_minute integer,                               -- requests; null: no limit
  created_at timestamptz not null default clock(),
  revoked_at timestamptz
);
create unique index api_keys_name on api_keys (name) where revoked_at is null;

-- The answer to a request that came with an Idempotency-Key, for when it comes again.
create table idempotency_keys (
  owner text not null,
  key text not null,
  request text not null,                                 -- its method and path
  body_hash bytea not null,                              -- SHA-256 of its body
  status integer,
  answer json,
  created_at timestamptz not null default clock(),
  primary key (owner, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);
