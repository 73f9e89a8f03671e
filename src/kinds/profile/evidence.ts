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

/** Of the words of a value, so many must stand in its quotes, in this or another form of the word. */
const share = 0.6
const stemLength = 5

/**
 * Whether quotes carry what a value says: every number in it, and most of its words (of four letters or more, by their
 * stem, for a summary bends words). A quote that stands in the page proves nothing about a value that it does not mention.
 */
export function supports(quotes: readonly string[], value: string): boolean {
  const said = comparable(quotes.join(' ')).split(' ')
  const words = comparable(value).split(' ').filter(Boolean)
  if (words.some((word) => /\d/.test(word) && !said.includes(word))) return false
  const stem = (word: string) => word.slice(0, stemLength)
  const stems = new Set(said.map(stem))
  const telling = words.filter((word) => word.length >= 4 && !/\d/.test(word))
  if (telling.length === 0) return words.every((word) => said.includes(word))
  return telling.filter((word) => stems.has(stem(word))).length >= telling.length * share
}
