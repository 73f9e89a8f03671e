import { domainToUnicode } from 'node:url'
import { everydayNames, stateWords, tradeWords } from './common-words.ts'

/** Lower case, without accents: how names are compared. */
export const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** The host of a URL as people write it: `xn--aa-1ia.com.br` is `açaí.com.br`. */
export const spelledHost = (url: string): string => domainToUnicode(new URL(url).hostname)

// What the law adds to a name and nobody calls the company by.
const legal = new Set('ltda me epp eireli sa s/a slu mei individual limitada'.split(' '))
// What does not tell one name from another.
const fillers = new Set('cia companhia empresa de da do das dos e em para the of and a o'.split(' '))
/** A name that goes on behind so many words of others is no longer the name. */
const mostBetween = 2
/** A legal name may be a person's with the root of the CNPJ before it, or the CPF behind it. */
const ownersNumber = /^\d{2}\.?\d{3}\.?\d{3}\s+(?=\D)|\s+\d{3}\.?\d{3}\.?\d{3}-?\d{2}$/g

const words = (text: string): string[] =>
  plain(text)
    .replace(/\bs[./]?a\b\.?/g, ' ')
    .split(/[^a-z0-9]+/)
    .filter(Boolean)

/** A name as a person would type it: without LTDA, ME, S/A and the like, and without its owner's number. */
export const spokenName = (name: string): string =>
  name
    .trim()
    .replace(ownersNumber, '')
    .split(/\s+/)
    .filter((word) => !legal.has(plain(word).replace(/[.,]/g, '')))
    .join(' ')
    .replace(/[\s,.-]+$/, '')

/** The words of a name that tell it from others, in order. */
export const nameWords = (name: string): string[] =>
  words(name.trim().replace(ownersNumber, '')).filter((word) => !legal.has(word) && !fillers.has(word))

/**
 * Whether a text has every word of the name, each as a whole word, in their order and close together: at most two
 * words of others among them.
 */
export function carriesName(text: string, name: string): boolean {
  const wanted = nameWords(name)
  return wanted.length > 0 && carriesWords(nameWords(text), wanted)
}

function carriesWords(text: readonly string[], wanted: readonly string[]): boolean {
  for (let start = text.indexOf(wanted[0]!); start !== -1; start = text.indexOf(wanted[0]!, start + 1)) {
    let found = 1
    const end = Math.min(text.length, start + wanted.length + mostBetween)
    for (let at = start + 1; at < end && found < wanted.length; at++) if (text[at] === wanted[found]) found += 1
    if (found === wanted.length) return true
  }
  return false
}

/** Whether a name's legal form ("LTDA", "S/A") is written with it: then it is the name in the registry. */
export const hasLegalForm = (text: string): boolean =>
  /\b(?:ltda|limitada|eireli|epp|s[./]?a|slu|mei)\b/.test(plain(text))

/** Whether a name says what the company does, and something else. */
export function hasTrade(name: string): boolean {
  const trades = nameWords(name).filter((word) => tradeWords.has(word)).length
  return trades > 0 && trades < nameWords(name).length
}

/**
 * The words of a name that hardly another company has: neither what it does, nor what everybody calls a company, nor
 * the place. "Padaria Real de Campinas" has none.
 */
export function tellingWords(name: string, municipio: string | null): string[] {
  const place = new Set(words(municipio ?? ''))
  return nameWords(name).filter(
    (word) =>
      word.length >= 3 &&
      !/^\d+$/.test(word) &&
      !tradeWords.has(word) &&
      !everydayNames.has(word) &&
      !stateWords.has(word) &&
      !place.has(word),
  )
}

/**
 * What a domain's label has of a name: `telling`, if it is made of the name's words, one of which hardly another company
 * has, and of words that say nothing (a trade, a place); `everyday` if none of them is; `null` if it is something else.
 */
export function nameInLabel(
  label: string,
  name: string,
  { municipio, uf }: { municipio: string | null; uf: string | null },
): 'telling' | 'everyday' | null {
  const own = nameWords(name)
  const joined = plain(label).replace(/[^a-z0-9]/g, '')
  if (joined.length < 3 || own.length === 0) return null
  const telling = new Set(tellingWords(name, municipio))
  const place = [words(municipio ?? '').join(''), plain(uf ?? '')].filter(Boolean)
  const parts = splitLabel(joined, own, place)
  if (!parts) return null
  if (parts.some((part) => telling.has(part) && (part.length >= 4 || joined === own.join('')))) return 'telling'
  // Of an everyday name it must be the whole: real.com.br is not Real Transportes'.
  return own.every((word) => parts.includes(word)) ? 'everyday' : null
}

/** Whether a domain's label has every word of a name but those in `vague`. */
export function isWholeInLabel(label: string, name: string, vague: ReadonlySet<string>): boolean {
  const joined = plain(label).replace(/[^a-z0-9]/g, '')
  const own = nameWords(name).filter((word) => !vague.has(word))
  const parts = own.length > 0 ? splitLabel(joined, nameWords(name), []) : undefined
  return parts !== undefined && own.every((word) => parts.includes(word))
}

/** The words that a label is made of, if it is made of such words alone, and one at least is the name's. */
function splitLabel(label: string, own: readonly string[], place: readonly string[]): string[] | undefined {
  const known = [...new Set([...own, ...fillers, ...legal, ...tradeWords, ...place])]
  const reached: (string[] | undefined)[] = [[]]
  for (let at = 0; at < label.length; at++) {
    const parts = reached[at]
    if (!parts) continue
    for (const word of known) {
      if (!label.startsWith(word, at)) continue
      const next = [...parts, word]
      const count = (list: readonly string[]) => list.filter((part) => own.includes(part)).length
      const before = reached[at + word.length]
      if (!before || count(next) > count(before)) reached[at + word.length] = next
    }
  }
  const parts = reached[label.length]
  return parts?.some((part) => own.includes(part)) ? parts : undefined
}
