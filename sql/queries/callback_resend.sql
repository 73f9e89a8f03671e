-- Queues a delivery again, at once and with all its tries; a try that is under way counts no more. $1 delivery, $2 owner
-- (null: whoever's).
with again as (
  update callback_deliveries d set
    status = 'pending', queued_at = clock(), attempts = 0, round = d.round + 1, next_try_at = clock(), delivered_at = null
  from callbacks c
  where d.id = $1::uuid and c.id = d.callback_id and ($2::text is null or c.owner = $2::text)
  returning d.*
)
select a.*, send_deliveries(array[a.id]) is null as is_queued from again a;
