-- Notes a company's profile. $1 CNPJ, $2 website, $3 profile.
insert into companies (cnpj, website, profile, profiled_at) values ($1::text, $2::text, $3::text::jsonb, clock())
on conflict (cnpj) do update set
  website = coalesce(companies.website, excluded.website), profile = excluded.profile, profiled_at = excluded.profiled_at;
