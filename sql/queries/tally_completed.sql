-- Counts one completed job, as the last statement of the transaction that completes it: until the commit, nobody else can
-- count in this row. $1 kind, $2 tally shard.
insert into job_tallies as t (kind, day, shard, completed) values ($1::text, clock()::date, $2::smallint, 1)
on conflict (kind, day, shard) do update set completed = t.completed + 1;
