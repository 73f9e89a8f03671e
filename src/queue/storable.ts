/**
 * JSON text that Postgres can store as jsonb. It refuses U+0000 and lone surrogates, both of which real pages contain:
 * the first is dropped, the second becomes U+FFFD.
 */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value)
  if (!mayHoldRefused.test(text)) return text
  return JSON.stringify(value, (_key, part) => (typeof part === 'string' ? storableText(part) : part))
}

/** JSON.stringify writes both as escapes; where it writes anything else so, looking closer only costs time. */
const mayHoldRefused = /\\u(?:0000|d[89a-f])/

/** The same for a text column. */
export const storableText = (text: string): string => text.replaceAll('\u0000', '').toWellFormed()
