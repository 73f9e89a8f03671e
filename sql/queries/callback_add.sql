-- Notes a callback for a job ($1) or a batch ($2), once for the same address, and says its id. $3 URL, $4 owner, $5 origin,
-- $6 external id, $7 the URL's host in one spelling.
with watched as (
  update jobs set is_watched = true where id = $1::uuid and not is_watched
), known as (
  select id from callbacks
  where (job_id = $1::uuid or batch_id = $2::uuid) and url = $3::text and owner = $4::text and told_at is null
    and external_id is not distinct from $6::text
  limit 1
), added as (
  insert into callbacks (job_id, batch_id, waits_for, url, owner, origin, external_id, host)
  select $1::uuid, $2::uuid, $1::uuid, $3::text, $4::text, $5::text, $6::text, $7::text where not exists (select from known)
  returning id
)
select id from known union all select id from added;
