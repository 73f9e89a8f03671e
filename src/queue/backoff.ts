const firstMs = 5_000
const mostMs = 10 * 60_000
const leastRetryAfterMs = 1_000
const mostRetryAfterMs = 60 * 60_000

/**
 * How long to wait before the next try, in ms: 5 s doubling up to 10 min, of which a random half is taken away so that
 * jobs which failed together do not come back together. `Retry-After` from the other side is obeyed between 1 s and
 * 1 h instead, with up to a quarter on top for the same reason.
 *
 * @param attempt the try that has just failed, from 1
 * @param random from 0 to below 1
 */
export function backoffMs(attempt: number, random: number, retryAfterMs?: number): number {
  if (retryAfterMs !== undefined && Number.isFinite(retryAfterMs)) {
    const asked = Math.min(Math.max(retryAfterMs, leastRetryAfterMs), mostRetryAfterMs)
    return Math.round(asked * (1 + random / 4))
  }
  const ceiling = Math.min(firstMs * 2 ** Math.max(0, attempt - 1), mostMs)
  return Math.round(ceiling * (1 - random / 2))
}
