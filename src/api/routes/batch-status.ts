import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { isConnectionError } from '../../db/connect.ts'
import { withPatience } from '../../db/patience.ts'
import { createBatchWatch } from '../../queue/batch-watch.ts'
import { type Batch, foldBatches, getBatches, isOver } from '../../queue/batches.ts'
import { gather } from '../../queue/gather.ts'
import { callerOf, visibleTo } from '../access/caller.ts'
import type { AppContext } from '../app.ts'
import { batchNotFound } from '../batch/batch-not-found.ts'
import { batchSchema, batchView, isTerminalBatch } from '../batch/status-view.ts'
import { isUuid } from '../job/job-not-found.ts'
import { preferHeader, preferredWait, readingHeaders, waitQuery } from '../job/wait-query.ts'
import { refusals } from '../openapi/problem-schema.ts'
import { originOf } from '../request/origin.ts'
import { parseQuery } from '../request/parse-query.ts'

const query = waitQuery.pick({ wait: true }).strict()
/** However many ask for the same batch at the same time, it is read a few times a second. */
const gathered = { quietMs: 2, spacingMs: 50, atOnce: 200 }
/** When the time of a wait is over, what was known before is better than a late answer. */
const lastLookMs = 2_000

/** GET /v2/batches/{id}: at once, or with `wait` when it has ended. Register it where no other patience is in force. */
export function batchStatusRoute(
  app: OpenAPIHono,
  { pool, log, stopping }: Pick<AppContext, 'pool' | 'log' | 'stopping'>,
  patienceMs: number,
): void {
  const route = createRoute({
    method: 'get',
    path: '/v2/batches/{id}',
    operationId: 'getBatch',
    tags: ['Batches'],
    summary: 'How far a batch is, without its results; with `wait`, once it has ended',
    description:
      'Counts by kind and status, what the running jobs do, and when it is likely to end. `terminal` is true when all its jobs, and those that they enqueued, have ended.',
    request: {
      params: z.object({ id: z.uuid() }),
      query,
      headers: preferHeader,
    },
    responses: {
      200: {
        description: 'The batch',
        headers: readingHeaders,
        content: { 'application/json': { schema: batchSchema } },
      },
      ...refusals('FIELD_INVALID', 'BATCH_NOT_FOUND'),
    },
  })
  const onError = (error: Error) =>
    log.warn({ error: error.message }, 'batches that are waited for could not be looked at')
  const watch = createBatchWatch(pool, { patienceMs, stopping, onError })
  const read = gather<Batch>(async (ids) => {
    const read = async () => getBatches(pool, ids)
    let batches = await read()
    // The last job has just ended: whoever asks does not wait for the next round of the fold.
    if (batches.some((batch) => isOver(batch) && !isTerminalBatch(batch))) {
      await foldBatches(pool).catch(onError)
      batches = await read()
    }
    return new Map(batches.map((batch) => [batch.id, batch]))
  }, gathered)

  app.openAPIRegistry.registerPath(route)
  app.get('/v2/batches/:id', async (c) => {
    const id = c.req.param('id').toLowerCase()
    if (!isUuid(id)) return batchNotFound(c, id)
    const parsed = parseQuery(c, query)
    if ('refusal' in parsed) return parsed.refusal
    const preferred = parsed.fields.wait === undefined ? preferredWait(c) : undefined
    const batch = await whenEnded(c, id, (parsed.fields.wait ?? preferred ?? 0) * 1000)
    if (!batch) return batchNotFound(c, id)
    const view = batchView(batch, originOf(c))
    c.header('Cache-Control', 'no-store')
    c.header('Vary', 'Prefer')
    if (preferred !== undefined) c.header('Preference-Applied', `wait=${preferred}`)
    if (!view.terminal) c.header('Retry-After', String(view.poll_after_seconds))
    return c.json(view, 200)
  })

  /** The batch once it has ended, or as it stands when the time is over; undefined: the caller may not see it. */
  async function whenEnded(c: Context, id: string, waitMs: number): Promise<Batch | undefined> {
    const owner = visibleTo(callerOf(c))
    const end = performance.now() + waitMs
    let known: Batch | undefined
    for (;;) {
      const leftMs = end - performance.now()
      try {
        const look = read(id)
        known = await withPatience(look, known && leftMs < lastLookMs ? lastLookMs : patienceMs)
        if (!known || (owner !== null && known.owner !== owner)) return undefined
      } catch (error) {
        if (!known || !isConnectionError(error)) throw error
      }
      if (isTerminalBatch(known) || leftMs <= 0 || c.req.raw.signal.aborted || stopping?.aborted) return known
      await watch(id, leftMs, c.req.raw.signal)
    }
  }
}
