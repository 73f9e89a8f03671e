import { Failure } from '../errors.ts'

/**
 * What the end of a call says about its endpoint:
 *
 * - `succeeded`: it can take as many calls as were under way;
 * - `refused`: it cannot (429);
 * - `overwhelmed`: it cannot, and is in trouble (503, 529, a time-out);
 * - `failed`: it is in trouble (refused connections, resets, other 5xx), which fewer calls would not help;
 * - `answered`: it lives (a 400, a 401);
 * - `abandoned`: nothing, for the caller gave up first.
 */
export type CallEnd = 'succeeded' | 'refused' | 'overwhelmed' | 'failed' | 'answered' | 'abandoned'

/** 529 is how some say overloaded. */
const overwhelmedStatuses = new Set([503, 529])

/** How a call ended, by what it threw. */
export function callEndOf(error: unknown): CallEnd {
  if (!(error instanceof Failure)) return 'abandoned'
  if (error.code === 'LLM_RATE_LIMITED') return 'refused'
  if (error.code !== 'LLM_UNAVAILABLE') return 'answered'
  const cause = error.cause as { name?: unknown; status?: unknown } | undefined
  const isOverwhelmed = cause?.name === 'TimeoutError' || overwhelmedStatuses.has(Number(cause?.status))
  return isOverwhelmed ? 'overwhelmed' : 'failed'
}
