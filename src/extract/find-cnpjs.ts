import { normalizeCnpj } from '../cnpj/number.ts'
import type { Found } from './quote.ts'

const written =
  /(?<![\p{L}\p{N}])[0-9A-Z]{2}[ .]{0,2}[0-9A-Z]{3}[ .]{0,2}[0-9A-Z]{3} ?\/? ?[0-9A-Z]{4} ?[-‐-―−.]? ?\d{2}(?![\p{L}\p{N}])/giu

/**
 * The valid CNPJs of a text, with or without punctuation. Fourteen characters in a row may be a product code whose sum
 * is right by chance, so without the slash the word CNPJ must stand shortly before.
 */
export function findCnpjs(text: string): Found[] {
  const found: Found[] = []
  for (const match of text.matchAll(written)) {
    const value = normalizeCnpj(match[0].replace(/[‐-―−]/g, '-'))
    if (!value) continue
    if (!match[0].includes('/') && !/cnpj|c\.n\.p\.j/i.test(text.slice(Math.max(0, match.index - 40), match.index)))
      continue
    found.push({ value, start: match.index, end: match.index + match[0].length })
  }
  return found
}
