import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { Pool, Sql } from '../../db/connect.ts'
import { fewAtATime } from '../../few-at-a-time.ts'
import { orBlank } from '../../kinds/company-fields.ts'
import type { AnyKind } from '../../kinds/define-kind.ts'
import { addCallback } from '../../queue/callbacks.ts'
import { type Enqueued, enqueue } from '../../queue/enqueue.ts'
import type { FairShare } from '../../queue/fair-share.ts'
import { getJob, jobStatuses, ownersUsableBy } from '../../queue/look-up.ts'
import { callerOf } from '../access/caller.ts'
import type { AppContext } from '../app.ts'
import type { JobReading } from '../job/job-reading.ts'
import { isTerminal, pollAfterSeconds } from '../job/job-view.ts'
import { refusals } from '../openapi/problem-schema.ts'
import { problem } from '../problem.ts'
import { callbackUrl } from '../request/callback-url.ts'
import { parseFields } from '../request/field-errors.ts'
import {
  acceptedHeaders,
  bodyHashOf,
  idempotencyHeaders,
  idempotencyRefusals,
  withIdempotency,
} from '../request/idempotency.ts'
import { jsonBody, jsonBodyRefusals } from '../request/json-body.ts'
import { originOf } from '../request/origin.ts'

const accepted = z
  .object({
    job_id: z.uuid(),
    kind: z.string(),
    status: z.enum(jobStatuses),
    terminal: z.boolean(),
    status_url: z.url(),
    poll_after_seconds: z.int().min(0),
    deduplicated: z.boolean().meta({ description: 'A live job for the same company was there, and this is it.' }),
    external_id: z.string().nullable().meta({ description: 'As this request has it.' }),
  })
  .openapi('JobAccepted')

/**
 * However many come at once, four are checked and written together: whoever asks for something else waits for four at
 * most, and few connections are kept busy. Of 4,000 over 50 connections 1,560 a second were accepted instead of 1,190.
 * A body has arrived by then: those that come slowly keep no place.
 */
const turn = fewAtATime(4)
const inTurn: MiddlewareHandler = (_c, next) => turn(next)

/** A kind's own fields, and those that every request may have. */
const requestOf = (kind: AnyKind, callbackHosts: AppContext['callbackHosts']): z.ZodType<Record<string, unknown>> =>
  kind.input instanceof z.ZodObject
    ? kind.input.safeExtend({ callback_url: orBlank(callbackUrl(callbackHosts ?? []).optional()) })
    : kind.input

/**
 * POST {kind.path}: enqueues one job and answers 202 at once. A live job for the same company is answered instead, as it
 * stands.
 *
 * The route is only registered for the documentation: zod-openapi's own validation refuses some of what is JSON by its
 * media type, and in English.
 */
export function submitRoute(
  app: OpenAPIHono,
  kind: AnyKind,
  { pool, hints, callbackHosts }: Pick<AppContext, 'pool' | 'hints' | 'callbackHosts'>,
  { pacesOf }: Pick<JobReading, 'pacesOf'>,
  share: Pick<FairShare, 'single'>,
): void {
  const schema = requestOf(kind, callbackHosts)
  const route = createRoute({
    method: 'post',
    path: kind.path,
    operationId: `submit${kind.name[0]!.toUpperCase()}${kind.name.slice(1)}`,
    tags: ['Companies'],
    summary: kind.summary,
    description:
      'Answered at once; the work is done in the background. Ask `status_url` until `terminal` is true. A company has at most one live job: asking again while it runs gives the first job, with `deduplicated: true`, unless the request wants something else (another website looked at, a profile, a fresher answer).',
    request: {
      headers: idempotencyHeaders,
      body: { required: true, content: { 'application/json': { schema, example: kind.example } } },
    },
    responses: {
      202: {
        description: 'Accepted',
        headers: acceptedHeaders,
        content: { 'application/json': { schema: accepted } },
      },
      ...refusals(...jsonBodyRefusals, ...idempotencyRefusals),
    },
  })
  app.openAPIRegistry.registerPath(route)
  app.post(kind.path, jsonBody, inTurn, async (c) => {
    const parsed = parseFields(c, schema, c.var.json)
    if ('refusal' in parsed) return parsed.refusal
    const { callback_url: url, ...input } = parsed.fields
    const { owner } = callerOf(c)
    const origin = originOf(c)
    const externalId = input.external_id as string | undefined
    const base = kind.buildsOn?.(input)
    if (base && (await getJob(pool, base.jobId, ownersUsableBy(owner)))?.kind !== base.kind) {
      const reason = `não há job de ${base.kind} com o id ${base.jobId}; confira o job_id da resposta 202`
      return problem(c, 'FIELD_INVALID', `${base.field}: ${reason}.`, { errors: [{ field: base.field, reason }] })
    }
    const [paces, priority] = await Promise.all([pacesOf([kind.name]), share.single(kind.name, owner)])

    const submit = async (sql: Sql): Promise<Enqueued> => {
      if (typeof url !== 'string') return enqueue(sql, kind, input, { owner, priority })
      return inTransaction(sql, async (tx) => {
        const enqueued = await enqueue(tx, kind, input, { owner, priority, isWatched: true })
        await addCallback(tx, { jobId: enqueued.id, url, owner, origin, externalId })
        return enqueued
      })
    }
    return withIdempotency(c, { pool, bodyHash: bodyHashOf(c.var.bytes) }, async (sql) => {
      const { id, deduplicated } = await submit(sql)
      const justQueued = { id, kind: kind.name, status: 'queued', priority, run_at: null } as const
      const job = deduplicated ? ((await getJob(sql, id)) ?? justQueued) : justQueued
      const body: z.input<typeof accepted> = {
        job_id: id,
        kind: kind.name,
        status: job.status,
        terminal: isTerminal(job.status),
        status_url: `${origin}/jobs/${id}`,
        poll_after_seconds: pollAfterSeconds(job, new Date(), paces),
        deduplicated,
        external_id: externalId ?? null,
      }
      const retryAfter = !body.terminal && { 'retry-after': String(body.poll_after_seconds) }
      return {
        answer: { status: 202, body, headers: { location: body.status_url, ...retryAfter } },
        afterCommit: () => {
          if (!deduplicated) hints.send(kind.name)
        },
      }
    })
  })
}

const inTransaction = <T>(sql: Sql, work: (tx: Sql) => Promise<T>): Promise<T> =>
  'begin' in sql ? ((sql as Pool).begin(work) as Promise<T>) : work(sql)
