-- Finds the kept answer about a CNPJ, unless it is too old. $1 CNPJ, $2 days a record lasts, $3 days "not found" lasts.
select record, sources, answered_at from registry_answers
where cnpj = $1::text
  and answered_at > clock() - make_interval(days => case when record is null then $3::int else $2::int end);
