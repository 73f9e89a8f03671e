import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Batch, foldBatches, getBatch, listBatches, retryBatch } from '../../queue/batches.ts'
import { cancelBatch } from '../../queue/cancel-batch.ts'
import type { FairShare } from '../../queue/fair-share.ts'
import { callerOf, visibleTo } from '../access/caller.ts'
import type { AppContext } from '../app.ts'
import { batchNotFound } from '../batch/batch-not-found.ts'
import { batchSchema, batchSummarySchema, batchSummaryView, batchView } from '../batch/status-view.ts'
import { isUuid } from '../job/job-not-found.ts'
import { refusals } from '../openapi/problem-schema.ts'
import { originOf } from '../request/origin.ts'
import { pageLimit } from '../request/page-limit.ts'
import { parseQuery } from '../request/parse-query.ts'

const params = z.object({ id: z.uuid() })
const listQuery = z.strictObject({
  cursor: z.uuid('deve ficar como está no "next" da página anterior, um UUID').optional(),
  limit: pageLimit(50),
})
const retryQuery = z.strictObject({ status: z.enum(['failed', 'cancelled']).default('failed') })
const pageSchema = z.object({ batches: z.array(batchSummarySchema), next: z.url().nullable() })
const cancelledSchema = batchSchema.extend({ jobs_cancelled: z.int().min(0) })
const retriedSchema = batchSchema.extend({ jobs_retried: z.int().min(0) })

/** GET /v2/batches, POST /v2/batches/{id}/cancel, POST /v2/batches/{id}/retry. */
export function batchActionRoutes(
  app: OpenAPIHono,
  { pool, hints, log }: Pick<AppContext, 'pool' | 'hints' | 'log'>,
  share: Pick<FairShare, 'batch'>,
): void {
  const list = createRoute({
    method: 'get',
    path: '/v2/batches',
    operationId: 'listBatches',
    tags: ['Batches'],
    summary: 'Batches, newest first',
    description: 'A key without the scope `admin` sees its own.',
    request: { query: listQuery },
    responses: {
      200: {
        description: 'A page; `next` is the address of the one after it',
        content: { 'application/json': { schema: pageSchema } },
      },
      ...refusals('FIELD_INVALID'),
    },
  })
  app.openAPIRegistry.registerPath(list)
  app.get('/v2/batches', async (c) => {
    const parsed = parseQuery(c, listQuery)
    if ('refusal' in parsed) return parsed.refusal
    const { limit, cursor } = parsed.fields
    const found = await listBatches(pool, visibleTo(callerOf(c)), limit + 1, cursor)
    const page = found.slice(0, limit)
    const origin = originOf(c)
    const next = found.length > limit ? `${origin}/v2/batches?limit=${limit}&cursor=${page.at(-1)!.id}` : null
    const batches = page.map((batch) => batchSummaryView(batch, origin))
    return c.json({ batches, next } satisfies z.input<typeof pageSchema>, 200)
  })

  const stop = createRoute({
    method: 'post',
    path: '/v2/batches/{id}/cancel',
    operationId: 'cancelBatch',
    tags: ['Batches'],
    summary: 'Cancels the jobs of a batch that are queued or running, but for those that somebody else wants',
    description:
      'Somebody else: a batch that is not cancelled, or a single request that made the job or was answered with it. Of batches with the same companies, the last one to be cancelled ends them. What has ended stays as it is. Cancelled jobs can be retried.',
    request: { params },
    responses: {
      200: {
        description: 'The batch, and how many jobs that were',
        content: { 'application/json': { schema: cancelledSchema } },
      },
      ...refusals('BATCH_NOT_FOUND'),
    },
  })
  app.openAPIRegistry.registerPath(stop)
  app.post('/v2/batches/:id/cancel', async (c) => {
    const batch = await visibleBatch(c)
    if (!batch) return batchNotFound(c, c.req.param('id'))
    const cancelled = await cancelBatch(pool, batch.id)
    // So that this very answer shows that it has ended. If it cannot be done now, the next round does it.
    await foldBatches(pool).catch((error: Error) => log.debug({ error: error.message }, 'fold after a cancel failed'))
    const answer = { ...(await viewOf(c, batch.id)), jobs_cancelled: cancelled }
    return c.json(answer satisfies z.input<typeof cancelledSchema>, 200)
  })

  const again = createRoute({
    method: 'post',
    path: '/v2/batches/{id}/retry',
    operationId: 'retryBatch',
    tags: ['Batches'],
    summary: 'Queues those jobs of a batch again that failed, or with `status=cancelled` those that were cancelled',
    description:
      'Each with all its tries. Jobs that completed stay as they are. A batch that was cancelled wants its jobs again, also those that went on for somebody else.',
    request: { params, query: retryQuery },
    responses: {
      200: {
        description: 'The batch, and how many jobs that were. One whose company has a live job by now stays as it is',
        content: { 'application/json': { schema: retriedSchema } },
      },
      ...refusals('FIELD_INVALID', 'BATCH_NOT_FOUND'),
    },
  })
  app.openAPIRegistry.registerPath(again)
  app.post('/v2/batches/:id/retry', async (c) => {
    const batch = await visibleBatch(c)
    if (!batch) return batchNotFound(c, c.req.param('id'))
    const parsed = parseQuery(c, retryQuery)
    if ('refusal' in parsed) return parsed.refusal
    const place = await share.batch(batch.kind, batch.owner)
    const { retried, kinds } = await retryBatch(pool, batch.id, parsed.fields.status, place)
    for (const kind of kinds) hints.send(kind)
    const answer = { ...(await viewOf(c, batch.id)), jobs_retried: retried }
    return c.json(answer satisfies z.input<typeof retriedSchema>, 200)
  })

  async function visibleBatch(c: Context): Promise<Batch | undefined> {
    const id = c.req.param('id')!
    return isUuid(id) ? getBatch(pool, id, visibleTo(callerOf(c))) : undefined
  }

  async function viewOf(c: Context, id: string) {
    const batch = await getBatch(pool, id)
    return batchView(batch!, originOf(c))
  }
}
