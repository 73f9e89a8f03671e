-- Lines of a batch in their order, each with the job that stands for it and the one that this enqueued. $1 batch, $2 after
-- this position, $3 how many, $4 the fields of a job's result that are wanted (null: all).
--
-- Every row is looked up by its key, whatever the planner believes of the table's size: hence the limit and the fence
-- (offset 0).
with lines as materialized (
  select position, line, job_id, external_id, deduplicated, given, error
  from batch_items
  where batch_id = $1::uuid and position > $2::int
  order by position
  limit $3::int
)
select l.position, coalesce(l.line, l.position + 1) as line, l.job_id, l.external_id, l.deduplicated as is_duplicate,
  l.given, l.error as complaints, j.status, j.input, j.error, j.result, c.id as child_id, c.status as child_status,
  c.error as child_error, c.result as child_result
from lines l
left join lateral (
  select id, status, input, error,
    case when $4::text[] is null then result
    else (select json_object_agg(key, value) from json_each(result) where key = any ($4::text[])) end as result
  from jobs where id = l.job_id
  limit 1
) j on true
left join lateral (
  select id, status, error, result
  from (select id, status, error, result from jobs where parent_id = j.id offset 0) as children
  order by id desc
  limit 1
) c on true
order by l.position;
