import type { StoredPage } from '../stored-pages.ts'
import type { Evidence } from './company-profile.ts'

/** White space, case, accents and typographic signs apart: how quotes are compared with pages. */
const comparable = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

const shortestQuote = 3

/**
 * Finds where quotes stand. A quote that is on no page gives `undefined`: what it was to prove has no evidence. The
 * title and the description count as text of the page.
 */
export function createEvidenceFinder(pages: readonly StoredPage[]): (quote: string) => Evidence | undefined {
  const texts = pages.map(({ url, title, description, text }) => ({
    url,
    text: ` ${comparable([title, description, text].filter(Boolean).join('\n'))} `,
  }))
  return (quote) => {
    const wanted = comparable(quote)
    if (wanted.length < shortestQuote) return undefined
    const page = texts.find(({ text }) => text.includes(` ${wanted} `))
    return page && { url: page.url, quote }
  }
}
