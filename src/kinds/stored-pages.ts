import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import { extractionVersion } from '../extract/extraction-version.ts'
import { storableJson, storableText } from '../queue/storable.ts'
import { siteKey } from '../site/page-key.ts'
import type { KnownPage, ReadPage } from '../site/read-page.ts'

/**
 * A page as it is kept: enough to write a profile from without reading the site again, and to read the site again
 * without being sent what has not changed (`known` of `readSite`).
 */
export type StoredPage = KnownPage

/** Replaces what is kept of a site by what was just read of it, the home page first. */
export async function storePages(tx: Sql, homeUrl: string, pages: readonly ReadPage[]): Promise<void> {
  const optional = (text: string | null) => (text === null ? null : storableText(text))
  await run(tx, 'page_store', [
    siteKey(homeUrl),
    pages.map(({ url }) => storableText(url)),
    pages.map((_page, position) => position),
    pages.map(({ title }) => optional(title)),
    pages.map(({ description }) => optional(description)),
    pages.map(({ language }) => optional(language)),
    pages.map(({ text }) => storableText(text)),
    pages.map(({ facts }) => storableJson(facts)),
    pages.map(({ page }) => storableJson(page)),
    pages.map(({ fetchedAt }) => fetchedAt),
    pages.map(({ etag }) => optional(etag)),
    pages.map(({ lastModified }) => optional(lastModified)),
    pages.map(({ links }) => storableJson(links)),
    pages.map(({ frames }) => storableJson(frames)),
    extractionVersion,
  ])
}

type Row = Pick<ReadPage, 'url' | 'title' | 'description' | 'language' | 'text' | 'facts' | 'page' | 'etag'> & {
  fetched_at: Date
  last_modified: string | null
  links: ReadPage['links'] | null
  frames: string[] | null
  extraction_version: number | null
}

/**
 * What is kept of the site that an address belongs to, the home page first; empty when it was never read. What another
 * version of the extraction made of a page comes without what its server is asked by, so that the page is read anew.
 */
export async function loadPages(sql: Sql, url: string): Promise<StoredPage[]> {
  const rows = await run<Row>(sql, 'page_find', [siteKey(url)])
  return rows.map(({ fetched_at, etag, last_modified, links, frames, extraction_version, ...page }) => ({
    ...page,
    ...(extraction_version === extractionVersion
      ? { etag, lastModified: last_modified }
      : { etag: null, lastModified: null }),
    ...(links && frames && { links, frames }),
    fetchedAt: fetched_at.toISOString(),
  }))
}
