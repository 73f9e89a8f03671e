-- What is known of a company. $1 CNPJ.
select cnpj, registry, website, discovery, discovered_at, profile, profiled_at from companies where cnpj = $1::text;
