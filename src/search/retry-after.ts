import { retryAfterMs as askedMs } from '../retry-after.ts'

const LEAST_MS = 1_000
const MOST_MS = 10 * 60_000

/**
 * What a `Retry-After` header asks for, in milliseconds, kept between a second and ten minutes, so that no provider can
 * park a job for a day. Undefined if it is absent or unreadable.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const ms = askedMs(header, nowMs)
  return ms === undefined ? undefined : Math.min(Math.max(ms, LEAST_MS), MOST_MS)
}
