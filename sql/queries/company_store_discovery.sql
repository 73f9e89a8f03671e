-- Notes what a discovery found out about a company. What came about while something was missing does not replace a
-- website that was found before. $1 CNPJ, $2 registry record, $3 website (null: none), $4 result, $5 nothing was missing.
insert into companies (cnpj, registry, website, discovery, discovered_at)
values ($1::text, $2::text::jsonb, $3::text, $4::text::jsonb, clock())
on conflict (cnpj) do update set
  registry = coalesce(excluded.registry, companies.registry), website = excluded.website,
  discovery = excluded.discovery, discovered_at = excluded.discovered_at
where $5::boolean or companies.website is null;
