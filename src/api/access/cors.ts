import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'

/** What a page may read of an answer besides its body. */
const exposed = [
  'Location',
  'Retry-After',
  'Preference-Applied',
  'Idempotency-Replayed',
  'Allow',
  'Content-Disposition',
  'WWW-Authenticate',
]
const preflightSeconds = 600

/** Lets pages of these origins use the API from a browser, by the Fetch standard; `*` stands for all. */
export const allowOrigins = (origins: readonly string[]): MiddlewareHandler =>
  cors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowMethods: ['GET', 'HEAD', 'POST'],
    allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'Prefer', 'Last-Event-ID'],
    exposeHeaders: exposed,
    maxAge: preflightSeconds,
  })
