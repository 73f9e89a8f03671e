import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AnyKind } from '../../kinds/define-kind.ts'
import { getMetrics } from '../../queue/look-up.ts'
import type { AppContext } from '../app.ts'
import { llmSpending } from '../llm-spending.ts'
import { oneAtATime } from '../one-at-a-time.ts'

/** GET /v2/queue_{kind}/metrics: how the kind's queue stands, at the time of the request. */
export function metricsRoute(app: OpenAPIHono, kind: AnyKind, { pool, llm }: AppContext): void {
  const route = createRoute({
    method: 'get',
    path: `/v2/queue_${kind.name}/metrics`,
    summary: `How the ${kind.name} queue stands`,
    responses: { 200: { description: 'Counts', content: { 'application/json': { schema: z.looseObject({}) } } } },
  })
  // However many dashboards look, they take one connection.
  const metrics = oneAtATime(async () => ({
    ...(await getMetrics(pool, kind.name)),
    ...(llm && kind.waitsForBudget && { llm: await llmSpending(pool, llm) }),
  }))
  app.openapi(route, async (c) => c.json({ kind: kind.name, ...(await metrics()) }, 200))
}
