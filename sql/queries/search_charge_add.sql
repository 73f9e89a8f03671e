-- Adds what a search was charged to what its job has paid so far. $1 job, $2 credits.
insert into search_charges as c (job_id, credits) values ($1::uuid, $2::float8)
on conflict (job_id) do update set credits = c.credits + excluded.credits;
