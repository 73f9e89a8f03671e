-- What a discovery found out about a company, and its profile, if they are not older than that. $1 CNPJ, $2 days.
select discovery, discovered_at, case when profiled_at > clock() - make_interval(days => $2::int) then profile end as profile
from companies
where cnpj = $1::text and discovered_at > clock() - make_interval(days => $2::int);
