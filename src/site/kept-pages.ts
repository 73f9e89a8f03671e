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
const isExcuse = /\b(não|nao)\s+(foi\s+|pôde\s+ser\s+)?(encontrad|localizad|existe)|\bnot found\b|\b404\b/i

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
      const digest = createHash('sha1').update(withoutOwnPath(page)).digest('base64')
      if (page.text.length >= minDuplicateLength && digests.has(digest)) return 'It has the text of another page.'
      keys.add(key).add(pageKey(page.url))
      digests.add(digest)
      pages.push(page)
      return undefined
    },
  }
}

/** "Página /promo não encontrada", under 200, is the same page wherever it is found. */
function withoutOwnPath({ url, text }: ReadPage): string {
  if (!isExcuse.test(text)) return text
  const { pathname, search } = new URL(url)
  return text.replaceAll(pathname + search, '').replaceAll(pathname, '')
}

/**
 * The key of the page's canonical address (RFC 6596), or of its own where there is none that can be believed: one on
 * another site, or one whose path has nothing in common with the page's, which is a template's mistake more often than
 * not (were it true, the texts would be the same): that of the first page, or of "about us", on every page.
 */
export function canonicalKey({ url, page: { canonical } }: ReadPage, homeUrl: string): string {
  const own = pageKey(url)
  if (!canonical || own === pageKey(homeUrl) || siteKey(canonical) !== siteKey(url)) return own
  const key = pageKey(canonical)
  if (pathOf(own) === pathOf(key)) return key
  return key !== pageKey(homeUrl) && isAkin(pathOf(own), pathOf(key)) ? key : own
}

/** `/loja/panelas/caldeirao` and `/caldeirao`, `/contato/imprimir` and `/contato`. */
const isAkin = (one: string, other: string) =>
  one.startsWith(other) || other.startsWith(one) || nameOf(one) === nameOf(other)

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)
const pathOf = (key: string) => key.split('?')[0]!
