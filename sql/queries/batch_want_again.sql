-- Notes that a batch that was cancelled wants its jobs again. $1 batch, $2 owner (null: whoever's).
--
-- Waits for whoever is just ending jobs that nobody wants (job_hold.sql): what they still end as unwanted has ended when this
-- is over, and is found by the retry.
with turn as materialized (
  select pg_advisory_xact_lock(hashtextextended('unwanted jobs', 0))
)
update batches set cancelled_at = null
from turn
where id = $1::uuid and cancelled_at is not null and ($2::text is null or owner = $2::text);
