-- Keeps the last certain answer about a CNPJ. $1 CNPJ, $2 record (null: not found), $3 hosts, $4 when they answered.
insert into registry_answers (cnpj, record, sources, answered_at)
values ($1::text, $2::text::json, $3::text[], $4::text::timestamptz)
on conflict (cnpj) do update set
  record = excluded.record, sources = excluded.sources, answered_at = excluded.answered_at
where registry_answers.answered_at <= excluded.answered_at;
