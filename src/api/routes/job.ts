import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { withPatience } from '../../db/patience.ts'
import type { Job } from '../../queue/look-up.ts'
import { callerOf, visibleTo } from '../access/caller.ts'
import { callbackSchema } from '../job/callbacks-view.ts'
import { isUuid, jobNotFound } from '../job/job-not-found.ts'
import type { JobReading } from '../job/job-reading.ts'
import { jobSchema } from '../job/job-view.ts'
import { waitForJob } from '../job/wait-for-job.ts'
import { preferHeader, preferredWait, readingHeaders, waitQuery } from '../job/wait-query.ts'
import { refusals } from '../openapi/problem-schema.ts'
import { originOf } from '../request/origin.ts'
import { parseQuery } from '../request/parse-query.ts'

const answer = jobSchema
  .extend({
    waits_for: z
      .object({ reason: z.enum(['llm_budget']), until: z.iso.datetime() })
      .nullable()
      .meta({ description: 'What holds up a job that could start otherwise.' }),
    callbacks: z.array(callbackSchema),
  })
  .openapi('JobDetails')

/** GET /jobs/{id}: at once, or with `wait` when the job has ended. Register it where no other patience is in force. */
export function jobRoute(app: OpenAPIHono, { reader, watch, answerWith, patienceMs }: JobReading): void {
  const route = createRoute({
    method: 'get',
    path: '/jobs/{id}',
    operationId: 'getJob',
    tags: ['Jobs'],
    summary: 'One job: its status, progress, result or error; with `wait`, once it has ended',
    description:
      'A job can be read the moment its 202 arrives. A failed job is a 200 with `status: failed`. Ask again after `poll_after_seconds` until `terminal` is true, or hold the line with `wait`.',
    request: {
      params: z.object({ id: z.uuid() }),
      query: waitQuery,
      headers: preferHeader,
    },
    responses: {
      200: {
        description: 'The job, also when it failed, and when the time was over before it ended',
        headers: readingHeaders,
        content: { 'application/json': { schema: answer } },
      },
      ...refusals('FIELD_INVALID', 'JOB_NOT_FOUND'),
    },
  })
  app.openAPIRegistry.registerPath(route)
  app.get('/jobs/:id', async (c) => {
    const id = c.req.param('id')
    if (!isUuid(id)) return jobNotFound(c, id)
    const parsed = parseQuery(c, waitQuery)
    if ('refusal' in parsed) return parsed.refusal
    const { wait, until, include } = parsed.fields
    const preferred = wait === undefined ? preferredWait(c) : undefined
    const waitSeconds = wait ?? preferred
    const [untilChildren, includeChildren] = [until === 'children', include === 'children']
    const mayBeSeen = mayBeSeenBy(c)
    let job: Job | undefined
    if (waitSeconds === undefined) {
      job = await withPatience(reader.read(id, includeChildren), patienceMs)
    } else {
      const options = { waitMs: waitSeconds * 1000, untilChildren, includeChildren, mayBeSeen, gone: c.req.raw.signal }
      job = await waitForJob({ reader, watch }, id, options)
    }
    if (!job || !mayBeSeen(job)) return jobNotFound(c, id)
    const view = await answerWith(job, { origin: originOf(c), untilChildren, includeChildren })
    c.header('Cache-Control', 'no-store')
    c.header('Vary', 'Prefer')
    if (preferred !== undefined) c.header('Preference-Applied', `wait=${preferred}`)
    if (view.poll_after_seconds > 0) c.header('Retry-After', String(view.poll_after_seconds))
    return c.json(view satisfies z.input<typeof answer>, 200)
  })
}

/** Whether the caller may see a job. */
export function mayBeSeenBy(c: Context): (job: Pick<Job, 'owner'>) => boolean {
  const owner = visibleTo(callerOf(c))
  return (job) => owner === null || job.owner === owner
}
