-- What became of the lines of a batch, in their order. $1 batch, $2 the position of the last one before, $3 how many.
select position, line, job_id, external_id, deduplicated, error from batch_items
where batch_id = $1::uuid and position > $2::int
order by position
limit $3::int;
