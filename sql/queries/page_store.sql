-- Replaces the pages kept of a site. $1 site; an element a page: $2 urls, $3 positions, $4 titles, $5 descriptions,
-- $6 languages, $7 texts, $8 facts, $9 what the HTML said of itself, $10 times of reading, $11 etags, $12 dates of the
-- last change as the server wrote them, $13 links, $14 frames; $15 the version of the extraction.
with gone as (
  delete from pages where site = $1::text and url <> all ($2::text[])
)
insert into pages (site, url, position, title, description, language, text, facts, page, fetched_at, etag,
  last_modified, links, frames, extraction_version)
select $1::text, p.url, p.position, p.title, p.description, p.language, p.text, p.facts::jsonb, p.page::jsonb,
  p.fetched_at::timestamptz, p.etag, p.last_modified, p.links::jsonb, p.frames::jsonb,
  $15::integer
from unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
  $10::text[], $11::text[], $12::text[], $13::text[], $14::text[])
  as p (url, position, title, description, language, text, facts, page, fetched_at, etag, last_modified, links, frames)
on conflict (site, url) do update set
  position = excluded.position, title = excluded.title, description = excluded.description,
  language = excluded.language, text = excluded.text, facts = excluded.facts, page = excluded.page,
  fetched_at = excluded.fetched_at, etag = excluded.etag, last_modified = excluded.last_modified,
  links = excluded.links, frames = excluded.frames, extraction_version = excluded.extraction_version;
