-- How many jobs of a batch have completed or failed lately, in steps of ten seconds: what its remaining time is told from.
-- Kept for ten minutes.
create table batch_pace (
  batch_id uuid not null,
  kind text not null,
  at timestamptz not null,                               -- when the ten seconds began
  ended integer not null,
  primary key (batch_id, kind, at)
) with (fillfactor = 50);

-- All of it is deleted within seconds; the fold reads what is left, dead rows too.
alter table batch_changes set (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0
);

create index batches_of_owner on batches (owner, id);

-- Batches from before their jobs were counted are nobody's to wait for.
update batches set ended_at = created_at
where ended_at is null and not exists (select from batch_counts where batch_id = batches.id);
