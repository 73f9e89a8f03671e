import { jsonrepair } from 'jsonrepair'

/** jsonrepair's time may grow with the square of the length: 25,000 characters of quotation marks take 0.1 s. */
const largestRepair = 25_000
const mostRepaired = 50_000
/** Others that read the value, `JSON.stringify` among them, call themselves once a level. */
const deepest = 100

/**
 * A function from one `<script type="application/ld+json">` of a page to its objects, repaired when they are malformed
 * (trailing commas, line breaks inside strings, comments); none when nothing can be made of it. Of what is malformed it
 * repairs 50,000 characters a page.
 */
export function jsonLdReader(): (script: string) => unknown[] {
  let repairable = mostRepaired

  function read(json: string): unknown {
    const parsed = parse(json)
    if (parsed !== undefined || json.length > Math.min(largestRepair, repairable)) return parsed
    repairable -= json.length
    return parse(repair(json))
  }

  return (script) => {
    const parsed = read(unwrapped(script))
    return (Array.isArray(parsed) ? parsed : [parsed]).filter(
      (each) => typeof each === 'object' && each !== null && isShallow(each, deepest),
    )
  }
}

/** Without the HTML comment or CDATA section around it. */
function unwrapped(script: string): string {
  const json = script.trim().replace(/^(?:<!--|\/\*?\s*<!\[CDATA\[\s*\*?\/?|<!\[CDATA\[)/, '')
  // Only at the end, so that a run of blanks is not searched from each of them.
  const end = json.length - 20
  return (
    json.slice(0, Math.max(0, end)) + json.slice(Math.max(0, end)).replace(/(?:-->|\/?\*?\/?\s*\]\]>\s*\*?\/?)$/, '')
  )
}

function isShallow(value: object, levels: number): boolean {
  if (levels === 0) return false
  for (const each of Object.values(value)) {
    if (typeof each === 'object' && each !== null && !isShallow(each, levels - 1)) return false
  }
  return true
}

function parse(json: string): unknown {
  try {
    // An escape can name what Postgres does not store: NUL, or half a surrogate pair.
    return /\\u(?:0000|d[89a-f])/i.test(json) ? JSON.parse(json, wellFormed) : JSON.parse(json)
  } catch {
    return undefined
  }
}

const wellFormed = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value

function repair(json: string): string {
  if (!/[{[]/.test(json)) return ''
  try {
    return jsonrepair(json)
  } catch {
    return ''
  }
}
