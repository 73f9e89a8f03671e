-- Replaces the pages kept of a site. $1 site; an element a page: $2 urls, $3 positions, $4 titles, $5 descriptions,
-- $6 languages, $7 texts, $8 facts, $9 what the HTML said of itself, $10 times of reading.
with gone as (
  delete from pages where site = $1::text and url <> all ($2::text[])
)
insert into pages (site, url, position, title, description, language, text, facts, page, fetched_at)
select $1::text, p.url, p.position, p.title, p.description, p.language, p.text, p.facts::jsonb, p.page::jsonb,
  p.fetched_at::timestamptz
from unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
  as p (url, position, title, description, language, text, facts, page, fetched_at)
on conflict (site, url) do update set
  position = excluded.position, title = excluded.title, description = excluded.description,
  language = excluded.language, text = excluded.text, facts = excluded.facts, page = excluded.page,
  fetched_at = excluded.fetched_at;
