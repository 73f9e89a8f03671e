import type { Found } from './quote.ts'

const reach = 40
const areaLength = '+5511'.length
const connector = '(?: ?(?:\\/|,|;|\\||ou(?!\\p{L})|e(?!\\p{L})) ?| [-–] )'
const notMore = '(?![\\p{L}\\p{N}%:-]|[.,]\\d|\\/(?:19|20)\\d{2}(?!\\d))'
const unit = '(?! ?(?:m²|m2|m³|km|kg|hs?(?!\\p{L})|horas?|min|anos?|dias?|reais|unidades|pessoas|vagas|clientes))'
const whole = new RegExp(
  `^(?:${connector}((?:9[ .]?)?\\d{4}[-.‐-―−]\\d{4})| ?\\/ ?((?:9 ?)?\\d{4} \\d{4}|9\\d{8})(?! ?\\d))${notMore}`,
  'u',
)
const lastFour = new RegExp(
  `^(?: ?\\/ ?| (?:e|ou) (?=\\d{4}(?: ?[).;|\\n/]|$)))(\\d{4})(?! ?\\d)${notMore}${unit}`,
  'u',
)
const lastTwo = new RegExp(`^\\/(\\d{2})(?! ?\\d|\\/)${notMore}${unit}`, 'u')
const years = /^(?:19|20)\d{2}[- .‐-―−](?:19|20)\d{2}$/
const nationwide = /^[34]00[34]|^0[358]00/

/**
 * The numbers behind the one that ends at `end` which are written without what they share with it: the area code in
 * (21) 3333-4455 / 3333-4466, all but the last digits in (21) 3333-4455/4466 and (21) 3333-4455/56. `first` is that one
 * in E.164; so are their values, valid or not.
 */
export function phoneSiblings(text: string, end: number, first: string): Found[] {
  const found: Found[] = []
  for (let last = { value: first, end }; found.length < 10; ) {
    const next = siblingOf(text.slice(last.end, last.end + reach), last.value)
    if (!next) return found
    last = { value: next.value, end: last.end + next.length }
    found.push({ value: next.value, start: last.end - next.written.length, end: last.end })
  }
  return found
}

type Sibling = { value: string; written: string; length: number }

function siblingOf(after: string, previous: string): Sibling | undefined {
  const match = whole.exec(after)
  const number = match?.[1] ?? match?.[2]
  if (match && number && !years.test(number) && !nationwide.test(number))
    return {
      value: previous.slice(0, areaLength) + number.replace(/\D/g, ''),
      written: number,
      length: match[0].length,
    }
  return endingOf(after, previous)
}

function endingOf(after: string, previous: string): Sibling | undefined {
  const match = lastFour.exec(after) ?? lastTwo.exec(after)
  const digits = match?.[1]
  if (!match || !digits || nationwide.test(digits)) return undefined
  const shared = previous.slice(0, -digits.length)
  const replaced = previous.slice(-digits.length)
  const isNext =
    digits.length === 2
      ? follows(digits, replaced)
      : !/^(?:19|20)/.test(digits) || digits.slice(0, 2) === replaced.slice(0, 2)
  return isNext && digits !== replaced
    ? { value: shared + digits, written: digits, length: match[0].length }
    : undefined
}

/** Lines of one switchboard are neighbours; other two digits may be anything. */
const follows = (digits: string, previous: string): boolean => {
  const step = Number(digits) - Number(previous)
  return step > 0 && step <= 10
}
