-- So that a page that has not changed need not be sent again: what its server gave to ask by, and where it leads, which
-- the reading goes on from. All null for what was read before these columns were, and is then simply read anew.
alter table pages
  add column etag text,
  add column last_modified text,
  add column links jsonb,                       -- [{url, text}], those worth reading, best first
  add column frames jsonb;                      -- [url]
