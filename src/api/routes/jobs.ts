import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { cancel } from '../../queue/cancel.ts'
import { getJob, jobStatuses, listJobs } from '../../queue/look-up.ts'
import type { AppContext } from '../app.ts'
import { jobView, summaryView } from '../job-view.ts'
import { originOf } from '../origin.ts'
import { problem } from '../problem.ts'

const anyJson = { 'application/json': { schema: z.looseObject({}) } }
const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i

const notFound = (c: Context, id: string) =>
  problem(c, 'JOB_NOT_FOUND', `Não há job com o id "${id.slice(0, 60)}". Confira o job_id da resposta 202.`)

/** GET /jobs, GET /jobs/{id}, POST /jobs/{id}/cancel. */
export function jobRoutes(app: OpenAPIHono, { pool, kinds }: AppContext): void {
  const one = createRoute({
    method: 'get',
    path: '/jobs/{id}',
    summary: 'One job: its status, progress, result or error',
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: { description: 'The job, also when it failed', content: anyJson } },
  })
  app.openapi(one, async (c) => {
    const { id } = c.req.valid('param')
    const job = uuid.test(id) ? await getJob(pool, id) : undefined
    if (!job) return notFound(c, id) as never
    const view = jobView(job, originOf(c))
    if (!view.terminal) c.header('Retry-After', String(view.poll_after_seconds))
    return c.json(view, 200)
  })

  const query = z.strictObject({
    status: z.enum(jobStatuses).optional(),
    kind: z.enum(kinds.map(({ name }) => name) as [string, ...string[]]).optional(),
    batch: z.uuid().optional(),
    cursor: z.uuid().optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  })
  const list = createRoute({
    method: 'get',
    path: '/jobs',
    summary: 'Jobs, newest first, without their results',
    request: { query },
    responses: { 200: { description: 'A page; `next` is the address of the one after it', content: anyJson } },
  })
  app.openapi(list, async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query')
    const jobs = await listJobs(pool, filter, limit + 1, cursor)
    const page = jobs.slice(0, limit)
    const origin = originOf(c)
    const now = new Date()
    let next: string | null = null
    if (jobs.length > limit) {
      const url = new URL(`${origin}/jobs`)
      for (const [name, value] of Object.entries({ ...filter, limit, cursor: page.at(-1)!.id })) {
        if (value !== undefined) url.searchParams.set(name, String(value))
      }
      next = url.href
    }
    return c.json({ jobs: page.map((job) => summaryView(job, origin, now)), next }, 200)
  })

  const stop = createRoute({
    method: 'post',
    path: '/jobs/{id}/cancel',
    summary: 'Cancels a job that is queued or running; one that has ended stays as it is',
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: { description: 'The job', content: anyJson } },
  })
  app.openapi(stop, async (c) => {
    const { id } = c.req.valid('param')
    if (!uuid.test(id)) return notFound(c, id) as never
    await cancel(pool, [id])
    const job = await getJob(pool, id)
    if (!job) return notFound(c, id) as never
    return c.json(jobView(job, originOf(c)), 200)
  })
}
