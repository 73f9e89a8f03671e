-- Begins a try of a delivery, and says where it goes and what it says, which stays the same. $1 delivery. No row: it is
-- gone, was delivered, or is not tried any more.
update callback_deliveries d set
  attempts = d.attempts + 1, round = d.round + 1,
  last_attempt_at = clock(),
  body = coalesce(d.body, callback_body(c.id, d.queued_at))
from callbacks c
where d.id = $1::uuid and d.status = 'pending' and c.id = d.callback_id
returning c.url, d.body, d.attempts, d.round;
