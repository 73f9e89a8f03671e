-- What the LLM was used for today (UTC), all models together, and when the next day begins.
select
  (clock() at time zone 'utc')::date::text as day,
  coalesce(sum(calls), 0)::float8 as calls, coalesce(sum(failed_calls), 0)::float8 as failed_calls,
  coalesce(sum(tokens_in), 0)::float8 as tokens_in, coalesce(sum(tokens_out), 0)::float8 as tokens_out,
  coalesce(sum(latency_ms), 0)::float8 as latency_ms, coalesce(sum(cost), 0)::float8 as cost,
  (date_trunc('day', clock() at time zone 'utc') + interval '1 day') at time zone 'utc' as next_day_at
from llm_usage where day = (clock() at time zone 'utc')::date;
