-- What the LLM was asked and what it cost, from every HTTP call, also those of completions and jobs that failed.
-- A process keeps its calls for two seconds and writes them in numbered batches; a batch whose answer was lost is written
-- again, and counts once.
create table llm_usage (
  day date not null,                            -- UTC, when the batch was written
  model text not null,
  calls bigint not null,
  failed_calls bigint not null,                 -- of these, the ones that brought no completion
  tokens_in bigint not null,
  tokens_out bigint not null,
  latency_ms double precision not null,
  cost double precision not null,               -- at the prices of the time; 0 without prices
  primary key (day, model)
);

-- The same by job, over all its tries. No foreign key: it would lock the job's row. job_forget.sql deletes both.
create table llm_job_usage (
  job_id uuid primary key,
  calls integer not null,
  tokens_in bigint not null,
  tokens_out bigint not null,
  latency_ms double precision not null,
  cost double precision not null
);

-- The last batch of each process.
create table llm_usage_writers (
  writer uuid primary key,
  batch integer not null,
  written_at timestamptz not null default clock()
);
