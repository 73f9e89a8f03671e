-- What search providers have charged for a job so far, over all its tries; no row if nothing. $1 job.
select credits from search_charges where job_id = $1::uuid;
