-- Deletes answers older than a number of days, at most $3 at once. $1 whether the empty ones or the others, $2 days.
delete from search_answers
where query = any (array(
  select query from search_answers
  where is_empty = $1::boolean and answered_at <= now() - make_interval(days => $2::int)
  order by answered_at
  limit $3::int
  for update skip locked
))
returning query;
