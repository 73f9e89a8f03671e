-- Which jobs of some lines of a batch have a status, and which of those that these enqueued; and the last of
-- the lines (null: there are no more). $1 batch, $2 after this position, $3 how many lines, $4 status.
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
  from lines cross join lateral (select id, status from jobs where id = lines.job_id offset 0) j
  where j.status = $4::text
  union all
  select c.id, true
  from lines cross join lateral (select id, status from jobs where parent_id = lines.job_id offset 0) c
  where c.status = $4::text
) as found;
