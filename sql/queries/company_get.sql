-- All that is known of a company by now; no row: nothing. The registry's answer may be there before a discovery has
-- ended. $1 CNPJ.
select
  coalesce(answer.record, company.registry::json) as registry,
  case when answer.record is not null then answer.answered_at
    else (company.registry ->> 'fetched_at')::timestamptz end as registered_at,
  company.website, company.discovery, company.discovered_at, company.profile, company.profiled_at
from (select * from companies where cnpj = $1::text) company
full join (select * from registry_answers where cnpj = $1::text and record is not null) answer using (cnpj);
