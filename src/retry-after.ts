const mostMs = 24 * 60 * 60_000

/**
 * What a `Retry-After` header asks for, in milliseconds from `nowMs`: delay seconds or an HTTP date in any of its three
 * forms (RFC 9110, 10.2.3 and 5.6.7). A moment that has passed is 0, and nothing is more than a day. Undefined if the
 * header is absent or says something else. How long a caller believes it is the caller's own business.
 */
export function retryAfterMs(
  header: string | readonly string[] | null | undefined,
  nowMs: number = Date.now(),
): number | undefined {
  const text = (typeof header === 'string' ? header : header?.[0])?.trim()
  if (!text) return undefined
  const askedMs = /^\d+(\.\d+)?$/.test(text) ? Math.ceil(Number(text) * 1000) : dateMs(text) - nowMs
  return Number.isNaN(askedMs) ? undefined : Math.min(Math.max(askedMs, 0), mostMs)
}

/** `Date.parse` also takes "-5" for a date; and the old asctime form, which has no zone, for local time. */
function dateMs(text: string): number {
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return Number.NaN
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
}
