const LEAST_MS = 1_000
const MOST_MS = 10 * 60_000

/**
 * What a `Retry-After` header asks for, in milliseconds: delay seconds or an HTTP date (RFC 9110, 10.2.3), kept
 * between a second and ten minutes, so that no provider can park a job for a day. Undefined if it is absent or unreadable.
 */
export function retryAfterMs(header: string | string[] | undefined, nowMs: number): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim()
  if (!text) return undefined
  const delayMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  return Number.isNaN(delayMs) ? undefined : Math.min(Math.max(Math.ceil(delayMs), LEAST_MS), MOST_MS)
}
