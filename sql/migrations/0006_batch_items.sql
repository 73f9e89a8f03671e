-- A batch of 10,000 spent a third of its time in the database on these two. Items come in the transaction that makes their
-- batch, and go in the statement that deletes it.
alter table batch_items drop constraint batch_items_batch_id_fkey;
drop index batch_items_job; -- the primary key begins with the batch as well
