import { Failure } from '../errors.ts'

const firstMs = 250
const mostMs = 8_000
/** However short the waits: nobody who keeps failing is asked more often than this for one answer. */
const mostTries = 12

/** What one call may be asked again for; everything else is either for good or the queue's to decide. */
const passing = new Set(['LLM_UNAVAILABLE', 'LLM_RATE_LIMITED'])

/**
 * How long to wait before the same call is made again, in ms; undefined: not again, the failure is the caller's.
 *
 * Waits double from a quarter of a second to 8 s, of which a random half is taken away. What the server asks for
 * (`Retry-After`) is waited for instead, with up to a quarter on top, so that those it sent away do not come back
 * together. A wait that would end after `leftMs` is not begun: it goes to the queue, which holds no slot for it.
 *
 * @param tries how often the call has failed, from 1
 * @param random from 0 to below 1
 */
export function retryDelayMs(
  error: unknown,
  { tries, leftMs, random }: { tries: number; leftMs: number; random: number },
): number | undefined {
  if (!(error instanceof Failure) || !passing.has(error.code) || tries >= mostTries) return undefined
  const ceilingMs = Math.min(firstMs * 2 ** (tries - 1), mostMs)
  const delayMs =
    error.retryAfterMs === undefined ? ceilingMs * (1 - random / 2) : error.retryAfterMs * (1 + random / 4)
  return delayMs < leftMs ? Math.round(delayMs) : undefined
}
