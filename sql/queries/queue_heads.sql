-- Where the claims of a kind have come to: the lowest priority that is due among singles, and among batches. $1 kind.
-- A job that has been claimed before is back with its old place, which says nothing; a hundred such are looked past.
select
  (select priority from (
     select priority, claims from jobs
     where kind = $1::text and status = 'queued' and run_at is null and priority < 0
     order by priority, id limit 100) as first
   order by claims > 0, priority limit 1) as single,
  (select priority from (
     select priority, claims from jobs
     where kind = $1::text and status = 'queued' and run_at is null and priority > 0
     order by priority, id limit 100) as first
   order by claims > 0, priority limit 1) as batch;
