-- The pages kept of a site, the home page first. $1 site.
select url, title, description, language, text, facts, page, fetched_at, etag, last_modified, links, frames,
  extraction_version
from pages where site = $1::text order by position;
