import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { saysCode, saysOther, saysPhone, saysWhatsapp, whatsappBehind } from './phone-label.ts'
import { phoneSiblings } from './phone-siblings.ts'
import type { Found } from './quote.ts'

export type FoundPhone = Found & { whatsapp: boolean }

const blank = '[ \\u00a0\\u2009\\u202f]'
const gap = '[ .\\-‐-―−\\u00a0\\u2009\\u202f]{0,3}'
const country = `(?:\\(?\\+ ?55\\)?|55)${gap}`
// The digit of a trunk call, and the code of a carrier or signs that stand for it: 0, (0), 0xx, 0**, 0 15.
const trunk = '(?:\\(0\\) ?|0 ?(?:[xX*?]{2}[ .-]?|\\d{2}[ .-])?|[xX*?]{2}[ .-]?)?'
const trunkInside = '(?:0 ?(?:(?:[xX*?]{2}|\\d{2})[ .-]?)?|[xX*?]{2}[ .-]?)?'
const number = `(?:9${gap})?\\d{4}${gap}\\d{4}`
const inThrees = '9\\d{2}[ .-]\\d{3}[ .-]\\d{3}'
// The lines of a column and the cells of a row may part the area code from the number.
const apart = `(?:${gap}|${blank}?(?:\\||\\n\\n?)${blank}?)`
const enclosed = `(?:${country})?\\(${blank}?(?:\\+? ?55${gap})?${trunkInside}(?<area>[1-9]\\d)${blank}?\\)(?<local>${apart}(?:${number}|${inThrees}))`
const open = `(?:${country})?\\(?${trunk}(?<openArea>[1-9]\\d)(?: ?\\))?(?<openLocal>${gap}${number})`
const free = `\\(?0[358]00\\)?${gap}(?:\\d{3}${gap}\\d{4}|\\d{2}[ .-]\\d{5}|\\d{4}[ .-]\\d{3}|\\d{3}[ .-]\\d{2}[ .-]\\d{2}|\\d{2}[ .-]?\\d{4}|\\d{3}[ .-]\\d{3})`
const nationwide = `(?:[34]00\\d|4020)${gap}\\d{4}`
const foreign = '\\+ ?[1-9]\\d{0,2}[ .\\-]?\\(?\\d{1,4}\\)?(?:[ .\\-]?\\d{2,4}){2,4}'
const written = new RegExp(
  `(?=[+(\\d])(?<![\\p{N}+*#@=&_]|\\d[.-])(?:(?<free>${free})|(?<nationwide>${nationwide})|${enclosed}|${open}|${foreign})(?!\\p{N}|[*@_%]|[.:-]\\d)`,
  'gu',
)

const mostRead = 1000
const longestRead = 200
/** No page of a company has as many; each costs about 5 µs, telephone or not. */
const mostLookedAt = 5_000
const wordReach = 60

/**
 * The telephone numbers of a text, in E.164. Numbers without an area code cannot be dialled from elsewhere and are left
 * out, and so are placeholders. Digits that are not written as a telephone number is (no parentheses, plus sign or dash)
 * need a word such as "Telefone" before them. `read` is the page's {@link phoneReader}.
 */
export function findPhones(text: string, read: PhoneReader = phoneReader()): FoundPhone[] {
  const found: FoundPhone[] = []
  let lookedAt = 0
  // Where the words end that were said of the number before them.
  let saidOf = 0
  for (const match of text.matchAll(written)) {
    if (++lookedAt > mostLookedAt) break
    const raw = match[0]
    const start = match.index
    const end = start + raw.length
    const previous = found.at(-1)
    if (previous && start < previous.end) continue
    const before = text.slice(Math.max(0, start - wordReach), start)
    const after = text.slice(end, end + wordReach)
    const form = formOf(match)
    const leader =
      previous && /^ ?(?:[/,;|-]|ou|e)? ?$/.test(text.slice(previous.end, Math.min(start, previous.end + 8)))
        ? previous
        : undefined
    if (!standsApart(raw, form, before, after)) continue
    if (!isPhone(raw, form, before, after) && !(leader && isListed(raw, text.slice(leader.start, leader.end)))) continue
    const { area, local, openArea, openLocal } = match.groups ?? {}
    const value = read(dialled(area ?? openArea, local ?? openLocal) ?? raw)
    if (!value) continue
    const isLabelled = leader?.whatsapp ?? saysWhatsapp(text.slice(Math.max(start - wordReach, saidOf), start))
    const siblings = area || openArea ? phoneSiblings(text, end, value) : []
    for (const each of [{ value, start, end }, ...siblings]) {
      const number = read(each.value)
      if (!number) break
      const behind = whatsappBehind(text.slice(each.end, each.end + wordReach))
      if (behind > 0) saidOf = each.end + behind
      found.push({ ...each, value: number, whatsapp: isLabelled || behind > 0 })
    }
  }
  return found
}

/** How far the writing alone says that it is a telephone: an area code in parentheses or a plus sign, separators, nothing. */
type Form = 'marked' | 'separated' | 'bare'

function formOf({ 0: raw, groups = {} }: RegExpMatchArray): Form {
  if (groups.area || raw.includes('+')) return 'marked'
  if (groups.free) return /^\(?0\d00\)?[^\d)]/.test(raw) ? 'separated' : 'bare'
  if (groups.nationwide) return 'bare'
  if (/[xX*?]{2}/.test(raw)) return 'separated'
  return /^[^\d].*\d{4}[^\d]{1,3}\d{4}$/.test(groups.openLocal ?? '') && /[-‐-―−.].?\d{4}$/.test(raw)
    ? 'separated'
    : 'bare'
}

const dialled = (area: string | undefined, local: string | undefined): string | undefined =>
  area && local && `+55${area}${local.replace(/\D/g, '')}`

/** Whether a number is not part of something longer, such as a word, an address on the web, a price. */
function standsApart(raw: string, form: Form, before: string, after: string): boolean {
  const isOpened = /^[(+]/.test(raw)
  if (/[\p{L}/]$/u.test(before) && !isOpened && !(form === 'separated' && /[-.]\d{4} ?\/$/.test(before))) return false
  if (/\d,$/.test(before) && form === 'bare') return false
  if (/^\p{L}/u.test(after)) return form === 'marked' && /[^\d]\d{4}$/.test(raw)
  if (form === 'marked') return true
  // A year behind a slash ends the number of a case or a decree.
  return form === 'bare'
    ? !/^(?:\/|,\d| ?(?:unidades|pe[cç]as|itens|reais|k[gm]|m²|%))/i.test(after)
    : !/^(?:\/(?:19|20)\d{2}(?![\d-])|,\d)/.test(after)
}

function isPhone(raw: string, form: Form, before: string, after: string): boolean {
  if (/^\+ ?\d{1,3}(?:\.\d{3})+$/.test(raw)) return false
  if (/[\n|]/.test(raw) && !isColumn(raw, before)) return false
  if (form === 'marked' || /^\(?0\d00/.test(raw)) return !saysCode(before) && (form !== 'bare' || saysPhone(before))
  if (saysOther(before, form === 'bare')) return false
  if (saysPhone(before)) return form === 'separated' || (!isDecimal(raw) && isOwnNumber(raw, before, after))
  return form === 'separated' && !looksLikeYears(raw) && !looksLikeVersion(raw, before)
}

/** Whether the area code has its line for itself, or stands behind "Telefone"; "Notícias (11)" counts something. */
function isColumn(raw: string, before: string): boolean {
  const line = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf('|')) + 1)
  return /[-.]\d{4}$/.test(raw) && (!/\p{L}/u.test(line) || saysPhone(line))
}

// What was said of the first of bare numbers holds for all.
const isListed = (raw: string, leader: string): boolean => /^\d{10,11}$/.test(raw) && /^\d{10,11}$/.test(leader)

// A coordinate.
const isDecimal = (raw: string): boolean => /^\d{2}\.\d{8}$/.test(raw)

/** Of 3000 to 3009 and 4000 to 4009 only some are the same number everywhere; the others are somebody's without area code. */
const isOwnNumber = (raw: string, before: string, after: string): boolean =>
  !/^(?:[34]00[^34]|4020)\D{0,3}\d{4}$/.test(raw) || /capitais|metropolitan/i.test(before + after)

export type PhoneReader = (written: string) => string | undefined

/**
 * A function from a number as somebody wrote it to E.164, Brazil being where it is dialled; `undefined` when it is not
 * a valid one or an obvious placeholder, such as (11) 99999-9999. For one page: it knows what it has read, since the same
 * number stands there in several forms, and after 1,000 different ones, of which no more than 200 are kept, it stops
 * (20 µs each).
 */
export function phoneReader(): PhoneReader {
  const known = new Map<string, string | undefined>()

  function parse(dialled: string): string | undefined {
    if (!known.has(dialled) && known.size < mostRead) {
      const parsed = parsePhoneNumberFromString(dialled, 'BR')
      known.set(dialled, parsed?.isValid() ? parsed.number : undefined)
    }
    return known.get(dialled)
  }

  return (written) => {
    if (written.length > longestRead) return undefined
    const plain = written.replace(/\(0\)|[xX*?]{2}|(?:[;,]|ramal\b|ext\b).*$/gi, '').trim()
    const digits = plain.replace(/\D/g, '')
    // E.164 has at most 15; before them the prefix and the code of a carrier may be dialled.
    if (digits.length > 20) return undefined
    if (isPlaceholder(digits.replace(/^55(?=\d{10,11}$)/, ''))) return undefined
    // 55 is also an area code, so it is the country's only where ten or eleven digits follow.
    const international = /^55\d{10,11}$/.test(digits)
    return parse(international || plain.startsWith('+') ? `+${digits}` : digits)
  }
}

/** One number, as by {@link phoneReader}. */
export const toE164 = (written: string): string | undefined => phoneReader()(written)

function isPlaceholder(digits: string): boolean {
  const last = digits.slice(-8)
  return (
    /(\d)\1{6}$/.test(digits) ||
    /^(?:12345678|23456789|87654321|98765432|76543210|99990000|99991234)$/.test(last) ||
    /(?:123456789|987654321)$/.test(digits)
  )
}

// Also a number in a year: 24 2026-0001.
const looksLikeYears = (raw: string): boolean => /(?:19|20)\d{2}[ .-]{1,3}(?:(?:19|20)\d{2}|00\d{2})$/.test(raw)

// Dots alone part the numbers of versions and norms as well, behind their name.
const looksLikeVersion = (raw: string, before: string): boolean =>
  /^[\d.]+$/.test(raw) && /\p{L}[^\n|,;•·–-]*$/u.test(before)
