-- Notes the live jobs that a batch joins, and by that those whose end it counts; answers those that are new to it.
-- $1 batch, $2 job ids.
insert into batch_joins (job_id, batch_id) select job_id, $1::uuid from unnest($2::uuid[]) as job_id
on conflict do nothing
returning job_id;
