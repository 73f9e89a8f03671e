import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AnyKind } from '../../kinds/define-kind.ts'
import { getMetrics } from '../../queue/look-up.ts'
import type { AppContext } from '../app.ts'
import { llmSpending } from '../llm-spending.ts'
import { oneAtATime } from '../one-at-a-time.ts'
import { metricsSchema } from './queues.ts'

const answer = metricsSchema
  .extend({
    llm: z
      .object({
        day: z.string(),
        calls: z.int(),
        failed_calls: z.int(),
        tokens_in: z.number(),
        tokens_out: z.number(),
        latency_ms: z.number(),
        cost: z.number(),
        budget_daily: z.number().nullable(),
        is_budget_spent: z.boolean(),
        next_day_at: z.iso.datetime(),
      })
      .optional()
      .meta({ description: 'What the LLM was used for today (UTC); of kinds that wait for its budget.' }),
  })
  .openapi('QueueMetricsWithLlm')

/** GET /v2/queue_{kind}/metrics: how the kind's queue stands, at the time of the request. */
export function metricsRoute(app: OpenAPIHono, kind: AnyKind, { pool, llm }: AppContext): void {
  const route = createRoute({
    method: 'get',
    path: `/v2/queue_${kind.name}/metrics`,
    operationId: `get${kind.name[0]!.toUpperCase()}${kind.name.slice(1)}Metrics`,
    tags: ['Queues'],
    summary: `How the ${kind.name} queue stands`,
    description: 'At the time of the request. What has ended is counted since the installation.',
    responses: { 200: { description: 'Counts', content: { 'application/json': { schema: answer } } } },
  })
  // However many dashboards look, they take one connection.
  const metrics = oneAtATime(async () => ({
    ...(await getMetrics(pool, kind.name)),
    ...(llm && kind.waitsForBudget && { llm: await llmSpending(pool, llm) }),
  }))
  app.openAPIRegistry.registerPath(route)
  app.get(route.path, async (c) =>
    c.json({ kind: kind.name, ...(await metrics()) } satisfies z.input<typeof answer>, 200),
  )
}
