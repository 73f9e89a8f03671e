-- Locks those of the jobs that nobody is just writing to; until the commit no request joins them, for that writes to them,
-- and no batch wants them again (batch_want_again.sql). $1 ids. The next statement sees who had joined before.
with turn as materialized (
  select pg_advisory_xact_lock_shared(hashtextextended('unwanted jobs', 0))
)
select id from jobs, turn where id = any ($1::uuid[]) for update of jobs skip locked;
