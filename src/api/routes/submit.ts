import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AnyKind } from '../../kinds/define-kind.ts'
import { enqueue } from '../../queue/enqueue.ts'
import { getJob } from '../../queue/look-up.ts'
import type { AppContext } from '../app.ts'
import { parseFields } from '../field-errors.ts'
import { isTerminal, pollAfterSeconds } from '../job-view.ts'
import { jsonBody } from '../json-body.ts'
import { originOf } from '../origin.ts'

const accepted = z.object({
  job_id: z.uuid(),
  kind: z.string(),
  status: z.string(),
  terminal: z.boolean(),
  status_url: z.string(),
  poll_after_seconds: z.number(),
  deduplicated: z.boolean(),
})

const justQueued = { status: 'queued', run_at: null } as const

/**
 * POST {kind.path}: enqueues one job and answers 202 at once. A live job for the same company is answered instead, as it
 * stands.
 *
 * The route is only registered for the documentation: zod-openapi's own validation refuses some of what is JSON by its
 * media type, and in English.
 */
export function submitRoute(app: OpenAPIHono, kind: AnyKind, { pool, hints }: AppContext): void {
  const route = createRoute({
    method: 'post',
    path: kind.path,
    summary: kind.summary,
    request: {
      body: { required: true, content: { 'application/json': { schema: kind.input, example: kind.example } } },
    },
    responses: {
      202: { description: 'Accepted', content: { 'application/json': { schema: accepted } } },
    },
  })
  app.openAPIRegistry.registerPath(route)
  app.post(kind.path, jsonBody, async (c) => {
    const parsed = parseFields(c, kind.input, c.var.json)
    if ('refusal' in parsed) return parsed.refusal
    const { id, deduplicated } = await enqueue(pool, kind, parsed.fields)
    if (!deduplicated) hints.send(kind.name)
    const job = deduplicated ? ((await getJob(pool, id)) ?? justQueued) : justQueued
    const answer: z.infer<typeof accepted> = {
      job_id: id,
      kind: kind.name,
      status: job.status,
      terminal: isTerminal(job.status),
      status_url: `${originOf(c)}/jobs/${id}`,
      poll_after_seconds: pollAfterSeconds(job, new Date()),
      deduplicated,
    }
    c.header('Location', answer.status_url)
    if (!answer.terminal) c.header('Retry-After', String(answer.poll_after_seconds))
    return c.json(answer, 202)
  })
}
