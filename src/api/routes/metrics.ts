import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AnyKind } from '../../kinds/define-kind.ts'
import { getMetrics, type KindMetrics } from '../../queue/look-up.ts'
import type { AppContext } from '../app.ts'

/** However many dashboards look, the database is asked this often. */
const freshMs = 1_000

/** GET /v2/queue_{kind}/metrics: how the kind's queue stands. */
export function metricsRoute(app: OpenAPIHono, kind: AnyKind, { pool }: AppContext): void {
  const route = createRoute({
    method: 'get',
    path: `/v2/queue_${kind.name}/metrics`,
    summary: `How the ${kind.name} queue stands`,
    responses: { 200: { description: 'Counts', content: { 'application/json': { schema: z.looseObject({}) } } } },
  })
  let latest: { at: number; metrics: Promise<KindMetrics> } | undefined
  app.openapi(route, async (c) => {
    if (!latest || Date.now() - latest.at > freshMs) {
      latest = { at: Date.now(), metrics: getMetrics(pool, kind.name) }
      latest.metrics.catch(() => {
        latest = undefined
      })
    }
    return c.json({ kind: kind.name, ...(await latest.metrics) }, 200)
  })
}
