-- What is known of companies, apart from the jobs that found it out.

-- The pages last read of a website, as text and facts. `site` is the host without "www.".
create table pages (
  site text not null,
  url text not null,
  position integer not null,                    -- in the order of reading; 0 is the home page
  title text,
  description text,
  language text,
  text text not null,
  facts jsonb not null,
  page jsonb not null,                          -- what else the HTML said of itself: site name, metadata, JSON-LD
  fetched_at timestamptz not null,
  primary key (site, url)
);

-- What is known of a company by its CNPJ.
create table companies (
  cnpj text primary key,
  registry jsonb,
  website text,
  discovery jsonb,
  discovered_at timestamptz,
  profile jsonb,
  profiled_at timestamptz
);
