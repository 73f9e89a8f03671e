-- What search providers charged for a job, over all its tries: one that pays for a query and then fails leaves nothing
-- else behind. No foreign key: it would lock the job's row. job_forget.sql deletes both.
create table search_charges (
  job_id uuid primary key,
  credits double precision not null check (credits >= 0)
);
