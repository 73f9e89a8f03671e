-- A worker's last act. Whatever it still holds goes back to the queue without a try or a stall spent. $1 id.
with handed_back as (
  update jobs set status = 'queued', attempt = attempt - 1, claimed_by = null
  where claimed_by = $1::uuid and status = 'running'
  returning id
), freed as (
  update llm_slots set held_by = null, held_since = null where held_by = $1::uuid
), asks_no_more as (
  delete from llm_askers where worker_id = $1::uuid
), gone as (
  delete from workers where id = $1::uuid
)
select id from handed_back;
