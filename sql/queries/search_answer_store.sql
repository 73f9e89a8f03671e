-- Keeps answers to queries in place of older ones. An element an answer, in the order of the queries so that two who
-- store at once do not wait for each other in a circle: $1 queries, $2 results, $3 how many those are, $4 providers.
insert into search_answers (query, results, is_empty, provider)
select a.query, a.results::json, a.result_count = 0, a.provider
from unnest($1::text[], $2::text[], $3::int[], $4::text[]) as a (query, results, result_count, provider)
on conflict (query) do update set
  results = excluded.results, is_empty = excluded.is_empty, provider = excluded.provider, answered_at = now();
