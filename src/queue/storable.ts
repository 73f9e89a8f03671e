/**
 * JSON text that Postgres can store as jsonb. It refuses U+0000 and lone surrogates, both of which real pages contain:
 * the first is dropped, the second becomes U+FFFD.
 */
export const storableJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part) => (typeof part === 'string' ? storableText(part) : part))

/** The same for a text column. */
export const storableText = (text: string): string => text.replaceAll('\u0000', '').toWellFormed()
