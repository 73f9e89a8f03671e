-- What search providers answered, by the query in small letters and with single spaces: who asks the same again within
-- SEARCH_CACHE_DAYS is answered from here, for no credits.
create table search_answers (
  query text primary key,
  results json not null,
  is_empty boolean not null,                    -- nothing found: believed for a day only
  provider text not null,
  answered_at timestamptz not null default now()
);
create index search_answers_by_age on search_answers (is_empty, answered_at);
