import { normalizeCnpj } from '../cnpj/number.ts'
import type { Found } from './quote.ts'

const written =
  /(?<![\p{L}\p{N}])[0-9A-Z]{2}[ .]{0,2}[0-9A-Z]{3}[ .]{0,2}[0-9A-Z]{3} ?\/? ?[0-9A-Z]{4} ?[-‐-―−.]? ?\d{2}(?![\p{L}\p{N}])/giu
/** One is known by its slash or by the word before it; a search for the whole would try every word of the page. */
const sign = /\/|cnpj|c\.n\.p\.j/gi
const beforeSlash = 16
const afterSlash = 14
const wordReach = 40
const longest = 26

/**
 * The valid CNPJs of a text, with or without punctuation. Fourteen characters in a row may be a product code whose sum
 * is right by chance, so without the slash the word CNPJ must stand shortly before.
 */
export function findCnpjs(text: string): Found[] {
  const found = new Map<number, Found>()
  for (const { 0: what, index } of text.matchAll(sign)) {
    const isSlash = what === '/'
    const from = isSlash ? Math.max(0, index - beforeSlash) : index + what.length - 1
    const to = isSlash ? index + afterSlash : index + wordReach + longest
    for (const match of text.slice(from, to + 1).matchAll(written)) {
      const start = from + match.index
      const end = start + match[0].length
      // A match that touches the end of the window may go on behind it, and one at its start begin before it.
      if (end > to || (start === from && from > 0) || found.has(start)) continue
      if (isSlash ? !match[0].includes('/') : start - wordReach > index) continue
      const value = normalizeCnpj(match[0].replace(/[‐-―−]/g, '-'))
      if (value) found.set(start, { value, start, end })
    }
  }
  return [...found.values()].sort((a, b) => a.start - b.start)
}
