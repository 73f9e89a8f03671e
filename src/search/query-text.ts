/** Google reads 32 words, and Brave refuses more than 400 characters. */
const QUERY_LIMIT_CHARACTERS = 400

/** A query as it is sent: single spaces, no control characters, no longer than every provider takes. */
export function queryText(query: string): string {
  const text = query.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return [...text.toWellFormed().normalize('NFC')].slice(0, QUERY_LIMIT_CHARACTERS).join('').trim()
}

/** What queries are compared by: providers answer the same whatever the case. */
export const queryKey = (query: string): string => queryText(query).toLowerCase()
