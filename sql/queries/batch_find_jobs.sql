-- Which jobs of some lines of a batch have one of some statuses, and which of those that these enqueued; and the last of
-- the lines (null: there are no more). $1 batch, $2 after this position, $3 how many lines, $4 statuses,
-- $5 whether those are left out that another batch stands in as well, or a request with a callback waits for.
--
-- The fences (offset 0) leave the planner one way, by key: all that failed may be a few, or most of a large batch.
with lines as materialized (
  select position, job_id from batch_items where batch_id = $1::uuid and position > $2::int
  order by position
  limit $3::int
)
select (select max(position) from lines) as last,
  coalesce(json_agg(distinct id) filter (where not is_child), '[]') as ids,
  coalesce(json_agg(distinct id) filter (where is_child), '[]') as child_ids
from (
  select j.id, false as is_child
  from lines cross join lateral (select id, status, batch_id from jobs where id = lines.job_id offset 0) j
  where j.status = any ($4::text[]) and (not $5::bool or j.batch_id = $1::uuid and not exists (
    select from batch_joins o where o.job_id = j.id and o.batch_id <> $1::uuid
    union all
    select from callbacks b where b.waits_for = j.id
  ))
  union all
  select c.id, true
  from lines cross join lateral (select id, status, batch_id from jobs where parent_id = lines.job_id offset 0) c
  where c.status = any ($4::text[]) and (not $5::bool or c.batch_id = $1::uuid and not exists (
    select from batch_joins o where o.job_id = c.id and o.batch_id <> $1::uuid
    union all
    select from callbacks b where b.waits_for = c.id
  ))
) as found;
