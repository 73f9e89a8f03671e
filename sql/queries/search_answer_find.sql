-- Finds the answers to queries that are not too old yet. $1 queries, $2 for how many days an answer is good, at least 1;
-- an empty one is for a day.
select query, results
from search_answers
where query = any ($1::text[])
  and answered_at > now() - make_interval(days => case when is_empty then 1 else $2::int end);
