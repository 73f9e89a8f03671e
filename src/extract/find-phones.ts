import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { Found } from './quote.ts'

export type FoundPhone = Found & { whatsapp: boolean }

const gap = '[ .\\-‐-―]{0,3}'
// With its area code: (11) 4002-0000, 11 94002-0000, +55 (11) 9 4002 0000, (0xx11) 4002.0000, (55 21) 4002.0000.
const withAreaCode = `(?:\\+ ?)?\\(?(?:\\+ ?)?(?:55${gap})?\\(?0?(?:[xX]{2} ?|\\d{2} )?[1-9]\\d ?\\)?${gap}(?:9${gap})?\\d{4}${gap}\\d{4}`
const services = `0[358]00${gap}\\d{3}${gap}\\d{4}|[34]00\\d${gap}\\d{4}`
const foreign = '\\+ ?[1-9]\\d{0,2}[ .\\-]?\\(?\\d{1,4}\\)?(?:[ .\\-]?\\d{2,4}){2,4}'
const written = new RegExp(
  `(?=[+(\\d])(?<![\\p{L}\\p{N}+*/#@=&_]|\\d[.,-])(?:${services}|${withAreaCode}|${foreign})(?![\\p{L}\\p{N}/*@_%]|[.,-]\\d)`,
  'gu',
)
// The second of two numbers is often written without the area code: (21) 4002-0000 / 4002-0001.
const sibling = /^ ?(?:\/|,|;|\||ou|e) ?((?:9[ .]?)?\d{4}[-.‐-―]\d{4})(?![\p{L}\p{N}/-])/u

const mostRead = 1000

const phoneWords =
  /(?:tele?fones?|\btels?\b|fones?\b|celular(?:es)?|\bcel\b|whats ?app|whats\b|\bwpp\b|\bzap|ligue|ligar|liga[cç][aã]o|contatos?|atendimento|central|\bsac\b|plant[aã]o|comercial|vendas|or[cç]amentos?|fale conosco|chame|\bphones?\b|\bcall\b|☎|📞|📱|✆|📲)/iu
const whatsappWords = /whats ?app|whats\b|\bwpp\b|\bzap/i
const otherWords =
  /(?:protocolo|processo|pedido|\bcpf\b|\bcnpj\b|\brg\b|\bpis\b|c[oó]digo|\bcod\b|\bcep\b|inscri[cç][aã]o|\bi\.?e\.?\b|creci|\boab\b|registro|ag[eê]ncia|\bag\b|\bc\/c\b|\bconta\b|\bcc\b|boleto|\bean\b|\bsku\b|\bisbn\b|matr[ií]cula|n[uú]mero de s[eé]rie|contrato|portaria|\blei\b|decreto|\bnota\b|\bnf-?e?\b|\bcrm?[a-z]?\b|\bid\b|\bart\b|patente|lote|refer[eê]ncia|\bref\b|r\$|us\$|€)[^\p{L}\n]{0,12}$/iu

/**
 * The telephone numbers of a text, in E.164. Numbers without an area code cannot be dialled from elsewhere and are left
 * out, and so are placeholders. Digits that are not written as a telephone number is (no parentheses, plus sign or dash)
 * need a word such as "Telefone" before them. `read` is the page's {@link phoneReader}.
 */
export function findPhones(text: string, read: PhoneReader = phoneReader()): FoundPhone[] {
  const found: FoundPhone[] = []
  for (const match of text.matchAll(written)) {
    const raw = match[0]
    const start = match.index
    const before = text.slice(Math.max(0, start - 60), start)
    if (otherWords.test(before) || looksLikeYears(raw, before)) continue
    if (!isFormatted(raw) && !phoneWords.test(context(before))) continue
    const value = read(raw)
    if (!value) continue
    const whatsapp = whatsappWords.test(context(before))
    found.push({ value, start, end: start + raw.length, whatsapp })

    const next = sibling.exec(text.slice(start + raw.length, start + raw.length + 24))
    const second = next && value.startsWith('+55') && read(`${value.slice(0, 5)}${next[1]}`)
    if (!next || !second || /^\+55[1-9]00/.test(value)) continue
    const end = start + raw.length + next[0].length
    found.push({ value: second, start: end - next[1]!.length, end, whatsapp })
  }
  return found
}

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
    const digits = written.replace(/\D/g, '')
    // E.164 has at most 15; before them the prefix and the code of a carrier may be dialled.
    if (digits.length > 20) return undefined
    if (isPlaceholder(digits.replace(/^55(?=\d{10,11}$)/, ''))) return undefined
    // 55 is also an area code, so it is the country's only where ten or eleven digits follow.
    const international = /^55\d{10,11}$/.test(digits)
    const cleaned = written.replace(/[xX]{2}/, '').trim()
    return parse(international || cleaned.startsWith('+') ? `+${digits}` : digits)
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

// The line up to the number; and the line before, when the number opens its own or only a mark stands there.
function context(before: string): string {
  const lines = before.split('\n').filter((line, index, all) => line.trim() || index === all.length - 1)
  const own = lines.at(-1) ?? ''
  return /\p{L}/u.test(own) ? own : `${lines.at(-2) ?? ''}\n${own}`
}

const isFormatted = (raw: string): boolean =>
  /^\+|^\(.*\)/.test(raw) || /^0[358]00[ .-]/.test(raw) || /^\d{2}[ .-].*\d{4,5} ?[-‐-―.] ?\d{4}$/.test(raw)

const looksLikeYears = (raw: string, before: string): boolean =>
  !raw.includes('(') && /(?:19|20)\d{2}[ .-]{1,3}(?:19|20)\d{2}$/.test(raw) && !phoneWords.test(context(before))
