-- Where the claims of a kind have come to: the lowest priority that is due among singles, and among batches. $1 kind.
select
  (select priority from jobs
   where kind = $1::text and status = 'queued' and run_at is null and priority < 0
   order by priority, id limit 1) as single,
  (select priority from jobs
   where kind = $1::text and status = 'queued' and run_at is null and priority > 0
   order by priority, id limit 1) as batch;
