-- Which batches have ended, or are gone. $1 ids.
select id from unnest($1::uuid[]) as id
where not exists (select from batches where batches.id = id.id and ended_at is null);
