import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import { storableJson, storableText } from '../queue/storable.ts'
import { siteKey } from '../site/page-key.ts'
import type { ReadPage } from '../site/read-page.ts'

/** A page as it is kept: enough to write a profile from, without reading the site again. */
export type StoredPage = Pick<
  ReadPage,
  'url' | 'title' | 'description' | 'language' | 'text' | 'facts' | 'page' | 'fetchedAt'
>

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
  ])
}

/** What is kept of the site that an address belongs to, the home page first; empty when it was never read. */
export async function loadPages(sql: Sql, url: string): Promise<StoredPage[]> {
  const rows = await run<Omit<StoredPage, 'fetchedAt'> & { fetched_at: Date }>(sql, 'page_find', [siteKey(url)])
  return rows.map(({ fetched_at, ...page }) => ({ ...page, fetchedAt: fetched_at.toISOString() }))
}
