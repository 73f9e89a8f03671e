-- Adds a batch of calls to the sums, once however often it is sent. $1 writer, $2 batch number, which rises; an element
-- a model: $3 models, $4 calls, $5 failed calls, $6 tokens in, $7 tokens out, $8 latencies in ms, $9 costs; an element a
-- job: $10 ids, $11 calls, $12 tokens in, $13 tokens out, $14 latencies, $15 costs.
with fresh as (
  insert into llm_usage_writers as w (writer, batch) values ($1::uuid, $2::int)
  on conflict (writer) do update set batch = excluded.batch, written_at = clock() where w.batch < excluded.batch
  returning 1
), days as (
  insert into llm_usage as u (day, model, calls, failed_calls, tokens_in, tokens_out, latency_ms, cost)
  select (clock() at time zone 'utc')::date, m.*
  from unnest($3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::float8[], $9::float8[]) as m
  where exists (select from fresh)
  on conflict (day, model) do update set
    calls = u.calls + excluded.calls, failed_calls = u.failed_calls + excluded.failed_calls,
    tokens_in = u.tokens_in + excluded.tokens_in, tokens_out = u.tokens_out + excluded.tokens_out,
    latency_ms = u.latency_ms + excluded.latency_ms, cost = u.cost + excluded.cost
)
insert into llm_job_usage as u (job_id, calls, tokens_in, tokens_out, latency_ms, cost)
select j.*
from unnest($10::uuid[], $11::int[], $12::bigint[], $13::bigint[], $14::float8[], $15::float8[]) as j
where exists (select from fresh)
on conflict (job_id) do update set
  calls = u.calls + excluded.calls, tokens_in = u.tokens_in + excluded.tokens_in,
  tokens_out = u.tokens_out + excluded.tokens_out, latency_ms = u.latency_ms + excluded.latency_ms,
  cost = u.cost + excluded.cost;
