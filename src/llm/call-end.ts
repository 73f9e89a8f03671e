import { Failure } from '../errors.ts'

/**
 * What the end of a call says about its endpoint:
 *
 * - `succeeded`: it can take as many calls as were under way;
 * - `refused`: it cannot (429);
 * - `overwhelmed`: it cannot, and is in trouble (503, 529, a time-out);
 * - `failed`: it is in trouble (refused connections, resets, other 5xx), which fewer calls would not help;
 * - `unusable`: it answers, but what was not asked for;
 * - `barred`: it wants none of our calls, whatever they ask (the key, the money, the model);
 * - `answered`: it lives (a 400);
 * - `abandoned`: nothing, for the caller gave up first.
 */
export type CallEnd =
  | 'succeeded'
  | 'refused'
  | 'overwhelmed'
  | 'failed'
  | 'unusable'
  | 'barred'
  | 'answered'
  | 'abandoned'

const barring = new Set(['LLM_KEY_REJECTED', 'LLM_NO_CREDITS', 'LLM_NOT_FOUND'])

/** 529 is how some say overloaded. */
const overwhelmedStatuses = new Set([503, 529])

/** How a call ended, by what it threw. */
export function callEndOf(error: unknown): CallEnd {
  if (!(error instanceof Failure)) return 'abandoned'
  const cause = error.cause as { name?: unknown; status?: unknown; isAboutPrompt?: unknown } | undefined
  if (error.code === 'LLM_RATE_LIMITED') return 'refused'
  const isForbidden = error.code === 'LLM_REJECTED' && cause?.status === 403 && cause.isAboutPrompt !== true
  if (isForbidden || barring.has(error.code)) return 'barred'
  if (error.code !== 'LLM_UNAVAILABLE') return 'answered'
  const isOverwhelmed = cause?.name === 'TimeoutError' || overwhelmedStatuses.has(Number(cause?.status))
  return isOverwhelmed ? 'overwhelmed' : 'failed'
}
