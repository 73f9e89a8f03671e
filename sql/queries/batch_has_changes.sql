-- Whether there is anything to fold: one look at a table that is nearly always empty.
select exists (select from batch_changes) as has_changes;
