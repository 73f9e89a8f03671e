import type { OpenAPIHono } from '@hono/zod-openapi'
import type { AppContext } from '../app.ts'
import { problem } from '../problem.ts'

const patienceMs = 2_000

/** GET /healthz: this process answers. GET /readyz: the database answers it. Neither needs a token. */
export function healthRoutes(app: OpenAPIHono, { pool }: Pick<AppContext, 'pool'>): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    const impatient = new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error('no answer')), patienceMs).unref()
    })
    try {
      await Promise.race([pool`select 1`, impatient])
      return c.json({ status: 'ready' })
    } catch {
      return problem(c, 'DATABASE_UNAVAILABLE', 'O banco de dados não respondeu em 2 s.')
    }
  })
}
