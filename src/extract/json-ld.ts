import { jsonrepair } from 'jsonrepair'

const largestRepair = 200_000

/**
 * The objects of one `<script type="application/ld+json">`, repaired when they are malformed (trailing commas, line
 * breaks inside strings, comments); none when nothing can be made of it.
 */
export function parseJsonLd(script: string): unknown[] {
  const json = script.replace(
    /^\s*(?:<!--|\/\*?\s*<!\[CDATA\[\s*\*?\/?|<!\[CDATA\[)|(?:-->|\/?\*?\/?\s*\]\]>\s*\*?\/?)\s*$/g,
    '',
  )
  const parsed = parse(json) ?? (json.length <= largestRepair ? parse(repair(json)) : undefined)
  return (Array.isArray(parsed) ? parsed : [parsed]).filter((each) => typeof each === 'object' && each !== null)
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
