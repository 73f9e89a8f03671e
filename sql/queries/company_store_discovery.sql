-- Notes what a discovery found out about a company. $1 CNPJ, $2 registry record, $3 website (null: none), $4 result.
insert into companies (cnpj, registry, website, discovery, discovered_at)
values ($1::text, $2::text::jsonb, $3::text, $4::text::jsonb, clock())
on conflict (cnpj) do update set
  registry = coalesce(excluded.registry, companies.registry), website = excluded.website,
  discovery = excluded.discovery, discovered_at = excluded.discovered_at;
