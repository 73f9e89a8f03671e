import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppContext } from '../app.ts'
import { refusals } from '../openapi/problem-schema.ts'
import { problem } from '../problem.ts'

const patienceMs = 2_000
const security: [] = []

const statusOf = <Status extends string>(status: Status) => ({
  'application/json': { schema: z.object({ status: z.literal(status) }) },
})

/** GET /healthz: this process answers. GET /readyz: the database answers it. Neither needs a token. */
export function healthRoutes(app: OpenAPIHono, { pool }: Pick<AppContext, 'pool'>): void {
  const health = createRoute({
    method: 'get',
    path: '/healthz',
    operationId: 'getHealth',
    tags: ['Service'],
    summary: 'Whether this process answers',
    description: 'For the health check of a platform: it asks nobody else.',
    security,
    responses: { 200: { description: 'It does', content: statusOf('ok') } },
  })
  app.openAPIRegistry.registerPath(health)
  app.get(health.path, (c) => c.json({ status: 'ok' }))

  const readiness = createRoute({
    method: 'get',
    path: '/readyz',
    operationId: 'getReadiness',
    tags: ['Service'],
    summary: 'Whether the database answers this process',
    description: 'Within two seconds.',
    security,
    responses: { 200: { description: 'It does', content: statusOf('ready') }, ...refusals('DATABASE_UNAVAILABLE') },
  })
  app.openAPIRegistry.registerPath(readiness)
  app.get(readiness.path, async (c) => {
    const impatient = new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error('no answer')), patienceMs).unref()
    })
    try {
      await Promise.race([pool`select 1`, impatient])
      return c.json({ status: 'ready' })
    } catch {
      return problem(c, 'DATABASE_UNAVAILABLE', 'O banco de dados não respondeu em 2 s.', {
        headers: { 'retry-after': '5' },
      })
    }
  })
}
