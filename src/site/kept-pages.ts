import { createHash } from 'node:crypto'
import { pageKey, siteKey } from './page-key.ts'
import type { ReadPage } from './read-page.ts'

export type KeptPages = {
  /** Keeps a page, unless it is one that is kept already; then the answer is why. */
  keep(page: ReadPage): string | undefined
  pages: readonly ReadPage[]
}

// Shorter texts are alike by chance: "Em construção".
const minDuplicateLength = 200

/**
 * The pages of one reading, each once: by its address (where it was arrived at, or its canonical one) and by its text.
 * `homeUrl` is where the first page was found.
 */
export function createKeptPages(homeUrl: string): KeptPages {
  const pages: ReadPage[] = []
  const keys = new Set<string>()
  const digests = new Set<string>()
  return {
    pages,
    keep(page) {
      const key = canonicalKey(page, homeUrl)
      if (keys.has(key)) return `It is the page ${page.page.canonical ?? page.url}.`
      const digest = createHash('sha1').update(page.text).digest('base64')
      if (page.text.length >= minDuplicateLength && digests.has(digest)) return 'It has the text of another page.'
      keys.add(key).add(pageKey(page.url))
      digests.add(digest)
      pages.push(page)
      return undefined
    },
  }
}

/**
 * The key of the page's canonical address (RFC 6596), or of its own where there is none that can be believed: one on
 * another site, or the first page as that of a page with another path, which is a template's mistake more often than
 * not (were it true, the texts would be the same).
 */
export function canonicalKey({ url, page: { canonical } }: ReadPage, homeUrl: string): string {
  const own = pageKey(url)
  if (!canonical || own === pageKey(homeUrl) || siteKey(canonical) !== siteKey(url)) return own
  const key = pageKey(canonical)
  return key === pageKey(homeUrl) && pathOf(own) !== pathOf(key) ? own : key
}

const pathOf = (key: string) => key.split('?')[0]
