-- Which jobs of some lines of a batch, and which children of these, are live and wanted by nobody; and the last of the lines
-- (null: there are no more). $1 batch, $2 after this position, $3 how many lines.
with lines as materialized (
  select position, job_id from batch_items where batch_id = $1::uuid and position > $2::int
  order by position
  limit $3::int
), jobs_of_lines as (
  select job_id as id from lines where job_id is not null
  union
  select c.id from lines cross join lateral (select id, status from jobs where parent_id = lines.job_id offset 0) c
  where c.status in ('queued', 'running')
)
select (select max(position) from lines) as last,
  (select coalesce(json_agg(id), '[]') from unwanted_jobs(array(select id from jobs_of_lines)) as id) as ids;
