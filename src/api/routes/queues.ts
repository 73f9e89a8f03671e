import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { pause, purge, resume } from '../../queue/control.ts'
import { getMetrics } from '../../queue/look-up.ts'
import type { AppContext } from '../app.ts'
import { oneAtATime } from '../one-at-a-time.ts'
import { refusals } from '../openapi/problem-schema.ts'
import { problem } from '../problem.ts'

/** How a kind's queue stands. */
export const metricsSchema = z
  .object({
    kind: z.string(),
    paused: z.boolean().meta({ description: 'Nothing of it is begun until it is resumed.' }),
    queued: z.int(),
    scheduled: z.int().meta({ description: 'Of the queued, those that wait for a later time.' }),
    oldest_queued_seconds: z.number(),
    processing: z.int(),
    completed: z.int(),
    failed: z.int(),
    cancelled: z.int(),
    workers_alive: z.int(),
    slots: z.int().meta({ description: 'How many jobs all workers can do at the same time.' }),
  })
  .openapi('QueueMetrics')

const list = z.object({ queues: z.array(metricsSchema) })
const paused = z.object({ kind: z.string(), paused: z.boolean() })
const purged = z.object({
  kind: z.string(),
  purged: z.int().meta({ description: 'How many queued jobs were cancelled; they can be retried.' }),
})

/** GET /v2/queues; POST /v2/queues/{kind}/pause, /resume, /purge, which need the scope `admin`. */
export function queueRoutes(app: OpenAPIHono, { pool, hints, kinds }: AppContext): void {
  const names = kinds.map(({ name }) => name)
  const metrics = oneAtATime(() =>
    Promise.all(names.map(async (kind) => ({ kind, ...(await getMetrics(pool, kind)) }))),
  )

  const all = createRoute({
    method: 'get',
    path: '/v2/queues',
    operationId: 'listQueues',
    tags: ['Queues'],
    summary: 'How every queue stands, and whether it is paused',
    description: 'At the time of the request. What has ended is counted since the installation.',
    responses: { 200: { description: 'A queue a kind', content: { 'application/json': { schema: list } } } },
  })
  app.openAPIRegistry.registerPath(all)
  app.get(all.path, async (c) => c.json({ queues: await metrics() } satisfies z.input<typeof list>, 200))

  const post = <Answer extends z.ZodObject>(
    action: string,
    summary: string,
    schema: Answer,
    act: (kind: string) => Promise<z.input<Answer>>,
  ) => {
    const route = createRoute({
      method: 'post',
      path: `/v2/queues/{kind}/${action}`,
      operationId: `${action}Queue`,
      tags: ['Queues'],
      summary,
      description: 'Needs the scope `admin`.',
      request: { params: z.object({ kind: z.enum(names as [string, ...string[]]) }) },
      responses: {
        200: { description: 'Done', content: { 'application/json': { schema } } },
        ...refusals('QUEUE_NOT_FOUND'),
      },
    })
    app.openAPIRegistry.registerPath(route)
    app.post(`/v2/queues/:kind/${action}`, async (c) => {
      const kind = c.req.param('kind')
      if (kind !== undefined && names.includes(kind)) return c.json(await act(kind), 200)
      const shown = (kind ?? '').slice(0, 60).toWellFormed()
      return problem(c, 'QUEUE_NOT_FOUND', `Não há fila "${shown}". As filas são: ${names.join(', ')}.`)
    })
  }

  post('pause', 'Begins no more jobs of a kind; what runs goes on', paused, async (kind) => {
    await pause(pool, kind)
    return { kind, paused: true }
  })
  post('resume', 'Begins jobs of a kind again', paused, async (kind) => {
    await resume(pool, kind)
    hints.send(kind)
    return { kind, paused: false }
  })
  post('purge', 'Cancels all queued jobs of a kind, whoever owns them', purged, async (kind) => ({
    kind,
    purged: await purge(pool, kind),
  }))
}
