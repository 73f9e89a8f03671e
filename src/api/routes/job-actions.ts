import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { failureCodes } from '../../errors.ts'
import { cancel, cancelWhere } from '../../queue/cancel.ts'
import type { FairShare } from '../../queue/fair-share.ts'
import { getJob, type Job } from '../../queue/look-up.ts'
import { retry, retryWhere } from '../../queue/retry.ts'
import { callerOf, visibleTo } from '../access/caller.ts'
import type { AppContext } from '../app.ts'
import { isUuid, jobNotFound } from '../job/job-not-found.ts'
import type { JobReading } from '../job/job-reading.ts'
import { isTerminal, jobSchema, jobView, kindsOf } from '../job/job-view.ts'
import { refusals } from '../openapi/problem-schema.ts'
import { problem } from '../problem.ts'
import { parseFields } from '../request/field-errors.ts'
import { jsonBody, jsonBodyRefusals } from '../request/json-body.ts'
import { originOf } from '../request/origin.ts'

const jsonOf = (schema: z.ZodType) => ({ 'application/json': { schema } })
const params = z.object({ id: z.uuid() })

const cancelled = z.object({ cancelled: z.int().meta({ description: 'How many jobs were cancelled.' }) })
const retried = z.object({ retried: z.int().meta({ description: 'How many jobs are queued again.' }) })

/**
 * POST /jobs/{id}/cancel, /jobs/{id}/retry, and the same for all jobs that fit a filter: /jobs/cancel, /jobs/retry.
 * Those of others are not there for whoever may not see them.
 */
export function jobActionRoutes(
  app: OpenAPIHono,
  { pool, hints, kinds }: AppContext,
  { pacesOf }: Pick<JobReading, 'pacesOf'>,
  share: FairShare,
): void {
  const answer = async (c: Context, job: Job) => {
    const paces = await pacesOf(kindsOf(job))
    return c.json(jobView(job, originOf(c), { paces }) satisfies z.input<typeof jobSchema>, 200)
  }

  const stop = createRoute({
    method: 'post',
    path: '/jobs/{id}/cancel',
    operationId: 'cancelJob',
    tags: ['Jobs'],
    summary: 'Cancels a job that is queued or running; one that has ended stays as it is',
    description: 'A running one is ended at once, and keeps nothing of what it did.',
    request: { params },
    responses: { 200: { description: 'The job', content: jsonOf(jobSchema) }, ...refusals('JOB_NOT_FOUND') },
  })
  app.openAPIRegistry.registerPath(stop)
  app.post('/jobs/:id/cancel', async (c) => {
    const id = c.req.param('id')
    if (!isUuid(id)) return jobNotFound(c, id)
    const owner = visibleTo(callerOf(c))
    await cancel(pool, [id], owner)
    const job = await getJob(pool, id, owner)
    return job ? answer(c, job) : jobNotFound(c, id)
  })

  const again = createRoute({
    method: 'post',
    path: '/jobs/{id}/retry',
    operationId: 'retryJob',
    tags: ['Jobs'],
    summary: 'Queues a failed or cancelled job again, with all its tries',
    description: 'Under the same id. Refused while another job of the company is live.',
    request: { params },
    responses: {
      200: { description: 'The job', content: jsonOf(jobSchema) },
      ...refusals('JOB_NOT_FOUND', 'JOB_NOT_RETRYABLE'),
    },
  })
  app.openAPIRegistry.registerPath(again)
  app.post('/jobs/:id/retry', async (c) => {
    const id = c.req.param('id')
    if (!isUuid(id)) return jobNotFound(c, id)
    const owner = visibleTo(callerOf(c))
    const [queued] = await retry(pool, [id], owner)
    if (queued) hints.send(queued.kind)
    const job = await getJob(pool, id, owner)
    if (!job) return jobNotFound(c, id)
    return queued ? answer(c, job) : problem(c, 'JOB_NOT_RETRYABLE', whyNotRetryable(job))
  })

  const filterOf = <Status extends string>(statuses: readonly [Status, ...Status[]]) =>
    z
      .strictObject({
        status: z.enum(statuses).optional(),
        kind: z.enum(kinds.map(({ name }) => name) as [string, ...string[]]).optional(),
        code: z.enum(Object.keys(failureCodes) as [string, ...string[]]).optional(),
        batch: z.uuid('deve ser o id de um lote, um UUID').optional(),
      })
      .refine((filter) => Object.values(filter).some((value) => value !== undefined), {
        error: 'informe ao menos um filtro: status, kind, code ou batch',
      })

  const retryFilter = filterOf(['failed', 'cancelled'])
  const retryAll = createRoute({
    method: 'post',
    path: '/jobs/retry',
    operationId: 'retryJobs',
    tags: ['Jobs'],
    description:
      'At least one filter; all that are given must fit. `status` is `failed` where it is not said. A `batch` that was cancelled wants its jobs again.',
    summary:
      'Queues all failed (or all cancelled) jobs that fit a filter again; those of a key without admin are its own',
    request: {
      body: { required: true, content: { 'application/json': { schema: retryFilter, example: { code: 'TIMEOUT' } } } },
    },
    responses: { 200: { description: 'How many', content: jsonOf(retried) }, ...refusals(...jsonBodyRefusals) },
  })
  app.openAPIRegistry.registerPath(retryAll)
  app.post(retryAll.path, jsonBody, async (c) => {
    const parsed = parseFields(c, retryFilter, c.var.json)
    if ('refusal' in parsed) return parsed.refusal
    const { status = 'failed', kind, ...filter } = parsed.fields
    const caller = callerOf(c)
    let count = 0
    for (const { name } of kinds.filter((each) => kind === undefined || each.name === kind)) {
      const where = { ...filter, status, kind: name, owner: visibleTo(caller) }
      const queued = await retryWhere(pool, where, await share.batch(name, caller.owner))
      if (queued > 0) hints.send(name)
      count += queued
    }
    return c.json({ retried: count } satisfies z.input<typeof retried>, 200)
  })

  const cancelFilter = filterOf(['queued', 'running'])
  const cancelAll = createRoute({
    method: 'post',
    path: '/jobs/cancel',
    operationId: 'cancelJobs',
    tags: ['Jobs'],
    summary: 'Cancels all queued and running jobs that fit a filter; those of a key without admin are its own',
    description:
      'At least one filter; all that are given must fit. They are ended whoever else wants them: with `batch`, unlike `POST /v2/batches/{id}/cancel`, also the jobs that another batch or a single request shares with it.',
    request: {
      body: {
        required: true,
        content: { 'application/json': { schema: cancelFilter, example: { status: 'queued' } } },
      },
    },
    responses: { 200: { description: 'How many', content: jsonOf(cancelled) }, ...refusals(...jsonBodyRefusals) },
  })
  app.openAPIRegistry.registerPath(cancelAll)
  app.post(cancelAll.path, jsonBody, async (c) => {
    const parsed = parseFields(c, cancelFilter, c.var.json)
    if ('refusal' in parsed) return parsed.refusal
    const count = await cancelWhere(pool, { ...parsed.fields, owner: visibleTo(callerOf(c)) })
    return c.json({ cancelled: count } satisfies z.input<typeof cancelled>, 200)
  })
}

function whyNotRetryable({ status }: Job): string {
  if (!isTerminal(status)) return 'Este job ainda não terminou; acompanhe-o em vez de repeti-lo.'
  if (status === 'completed') return 'Este job terminou bem. Para refazê-lo, envie a empresa de novo.'
  return 'Já há outro job desta empresa na fila ou em execução; acompanhe esse.'
}
