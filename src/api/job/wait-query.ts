import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'

/** In seconds: below the time-outs of common proxies. */
const mostWaitSeconds = 60

const waitReason = `deve ser um número inteiro de segundos, de 1 a ${mostWaitSeconds}`

/** What one may ask a job to be answered with, and after what. */
export const followQuery = z.strictObject({
  until: z.enum(['job', 'children']).default('job').meta({
    description: 'What is waited for: the job, or also the jobs that it enqueues (the profile of a discovery)',
  }),
  include: z.enum(['children']).optional().meta({ description: 'Shows the children whole, with their results' }),
})

export const waitQuery = followQuery.extend({
  wait: z
    .string()
    .regex(/^\d{1,3}$/, waitReason)
    .transform(Number)
    .pipe(z.number().min(1, waitReason).max(mostWaitSeconds, waitReason))
    .optional()
    .openapi({
      type: 'integer',
      minimum: 1,
      maximum: mostWaitSeconds,
      description: 'Holds the answer until it has ended, for up to so many seconds',
    }),
})

/** The same as a header, for a route's description. */
export const preferHeader = z.object({
  Prefer: z.string().optional().meta({ description: 'The same as `wait` (RFC 7240), such as `wait=30`' }),
})

/** What comes with something that may have to be asked for again. */
export const readingHeaders = z.object({
  'Retry-After': z
    .string()
    .optional()
    .openapi({ type: 'integer', description: 'When to ask again, in seconds; absent when it has ended' }),
  'Preference-Applied': z.string().optional().meta({ description: 'The `Prefer` that was followed' }),
})

/**
 * The seconds of `Prefer: wait=30` (RFC 7240), at most 60; undefined where that is not preferred. A preference that
 * cannot be read is passed over, as the RFC wants it.
 */
export function preferredWait(c: Context): number | undefined {
  for (const preference of (c.req.header('prefer') ?? '').split(',')) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:;|$)/i.exec(preference) ?? []
    if (seconds !== undefined && Number(seconds) > 0) return Math.min(mostWaitSeconds, Number(seconds))
  }
  return undefined
}
