-- Kinds whose jobs are not claimed for now. What runs goes on; what is queued waits.
create table paused_kinds (
  kind text primary key,
  paused_at timestamptz not null default clock()
);
