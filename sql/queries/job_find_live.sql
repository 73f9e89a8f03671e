-- The live jobs of an owner and kind for some subjects. $1 owner, $2 kind, $3 subjects.
select id, subject, batch_id, is_joined_by_single from jobs
where owner = $1::text and kind = $2::text and subject = any($3::text[])
  and exclusive and status in ('queued', 'running');
