-- Whether there is a batch that a caller may see. $1 batch, $2 owner (null: whoever's).
select id from batches where id = $1::uuid and ($2::text is null or owner = $2::text);
