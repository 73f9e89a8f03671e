-- How many batches an owner has under way is asked whenever a batch is made (src/queue/fair-share.ts).
create index batches_open on batches (owner, kind, last_priority) where ended_at is null;
