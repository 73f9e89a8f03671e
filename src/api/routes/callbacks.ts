import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { getBatch } from '../../queue/batches.ts'
import { listCallbacks, resendCallback } from '../../queue/callbacks.ts'
import { getJob } from '../../queue/look-up.ts'
import { callerOf, visibleTo } from '../access/caller.ts'
import type { AppContext } from '../app.ts'
import {
  callbackWithDeliveriesSchema,
  callbackWithDeliveriesView,
  deliverySchema,
  deliveryView,
} from '../job/callbacks-view.ts'
import { isUuid, jobNotFound } from '../job/job-not-found.ts'
import { refusals } from '../openapi/problem-schema.ts'
import { problem } from '../problem.ts'

const params = z.object({ id: z.uuid() })
const list = z.object({ callbacks: z.array(callbackWithDeliveriesSchema) })
const listContent = { 'application/json': { schema: list } }

/** GET /jobs/{id}/callbacks, GET /v2/batches/{id}/callbacks, POST /v2/callbacks/{delivery_id}/resend. */
export function callbackRoutes(app: OpenAPIHono, { pool }: AppContext): void {
  const ofJob = createRoute({
    method: 'get',
    path: '/jobs/{id}/callbacks',
    operationId: 'listJobCallbacks',
    tags: ['Callbacks'],
    summary: 'Who is told when a job has ended, and what became of each delivery',
    description: 'A callback comes with the `callback_url` of a request; docs/callbacks.md says what is sent.',
    request: { params },
    responses: {
      200: { description: 'Its callbacks, the oldest first', content: listContent },
      ...refusals('JOB_NOT_FOUND'),
    },
  })
  app.openAPIRegistry.registerPath(ofJob)
  app.get('/jobs/:id/callbacks', async (c) => {
    const id = c.req.param('id')
    const owner = visibleTo(callerOf(c))
    const job = isUuid(id) ? await getJob(pool, id, owner) : undefined
    return job ? answer(c, { jobId: id }) : jobNotFound(c, id)
  })

  const ofBatch = createRoute({
    method: 'get',
    path: '/v2/batches/{id}/callbacks',
    operationId: 'listBatchCallbacks',
    tags: ['Callbacks'],
    summary: 'Who is told when a batch has ended, and what became of each delivery',
    description: 'A callback comes with the `callback_url` of a request; docs/callbacks.md says what is sent.',
    request: { params },
    responses: {
      200: { description: 'Its callbacks, the oldest first', content: listContent },
      ...refusals('BATCH_NOT_FOUND'),
    },
  })
  app.openAPIRegistry.registerPath(ofBatch)
  app.get('/v2/batches/:id/callbacks', async (c) => {
    const id = c.req.param('id')
    const batch = isUuid(id) ? await getBatch(pool, id, visibleTo(callerOf(c))) : undefined
    if (batch) return answer(c, { batchId: id })
    const detail = `Não há lote com o id "${id.slice(0, 60).toWellFormed()}". Confira o batch_id da resposta 202.`
    return problem(c, 'BATCH_NOT_FOUND', detail)
  })

  const resend = createRoute({
    method: 'post',
    path: '/v2/callbacks/{delivery_id}/resend',
    operationId: 'resendCallback',
    tags: ['Callbacks'],
    summary: 'Sends a delivery again at once, also after success or failure, with the same `webhook-id` and body',
    description: 'It is tried as a new one is: for a day, until the receiver answers 2xx.',
    request: { params: z.object({ delivery_id: z.uuid() }) },
    responses: {
      202: { description: 'It is queued', content: { 'application/json': { schema: deliverySchema } } },
      ...refusals('DELIVERY_NOT_FOUND'),
    },
  })
  app.openAPIRegistry.registerPath(resend)
  app.post('/v2/callbacks/:delivery_id/resend', async (c) => {
    const id = c.req.param('delivery_id')
    const delivery = isUuid(id) ? await resendCallback(pool, id, visibleTo(callerOf(c))) : undefined
    if (delivery) return c.json(deliveryView(delivery), 202)
    const detail = `Não há entrega com o id "${id.slice(0, 60).toWellFormed()}". Os ids estão em GET /jobs/:id/callbacks.`
    return problem(c, 'DELIVERY_NOT_FOUND', detail)
  })

  async function answer(c: Context, subject: Parameters<typeof listCallbacks>[1]) {
    const callbacks = await listCallbacks(pool, subject, visibleTo(callerOf(c)))
    return c.json({ callbacks: callbacks.map(callbackWithDeliveriesView) } satisfies z.input<typeof list>, 200)
  }
}
