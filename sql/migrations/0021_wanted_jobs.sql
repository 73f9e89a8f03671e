-- Whose end a cancelled batch may bring: its jobs that nobody else wants.

alter table batches add column cancelled_at timestamptz; -- it wants none of its jobs; null again: it was retried since

-- A batch made it, and a single request was answered with it. Whoever joins a job, by this or in batch_joins, holds its row
-- until the commit: so who locks the row knows all who have joined.
alter table jobs add column is_joined_by_single boolean not null default false;

-- Until now only callbacks told of single requests that had joined.
update jobs set is_joined_by_single = true
where id in (select waits_for from callbacks where waits_for is not null) and batch_id is not null;

-- Which of some jobs are live and wanted by nobody: made for a batch, joined by no single request, and all their batches
-- cancelled. A child has its parent's batches, and is wanted by whoever joined its parent. The fences (offset 0) leave the
-- planner one way, by key.
create function unwanted_jobs(job_ids uuid[]) returns setof uuid language sql stable as $$
  select j.id from jobs j
  where j.id = any (job_ids) and j.status in ('queued', 'running')
    and j.batch_id is not null and not j.is_joined_by_single
    and not exists (select from jobs parent where parent.id = j.parent_id and parent.is_joined_by_single offset 0)
    and not exists (select from batches b where b.id = j.batch_id and b.cancelled_at is null offset 0)
    and not exists (
      select from batch_joins o join batches b on b.id = o.batch_id
      where j.is_watched and o.job_id = j.id and b.cancelled_at is null offset 0
    )
$$;
