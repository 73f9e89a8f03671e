import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { jobStatuses, listJobs } from '../../queue/look-up.ts'
import { callerOf, visibleTo } from '../access/caller.ts'
import type { AppContext } from '../app.ts'
import type { JobReading } from '../job/job-reading.ts'
import { jobSummarySchema, summaryView } from '../job/job-view.ts'
import { refusals } from '../openapi/problem-schema.ts'
import { originOf } from '../request/origin.ts'
import { pageLimit } from '../request/page-limit.ts'
import { parseQuery } from '../request/parse-query.ts'

const answer = z
  .object({
    jobs: z.array(jobSummarySchema),
    next: z.url().nullable().meta({ description: 'The address of the next page; null: this is the last.' }),
  })
  .openapi('JobPage')

/** GET /jobs. */
export function jobsRoute(
  app: OpenAPIHono,
  { pool, kinds }: Pick<AppContext, 'pool' | 'kinds'>,
  { pacesOf }: Pick<JobReading, 'pacesOf'>,
): void {
  const query = z.strictObject({
    status: z.enum(jobStatuses).optional(),
    kind: z.enum(kinds.map(({ name }) => name) as [string, ...string[]]).optional(),
    batch: z.uuid('deve ser o id de um lote, um UUID').optional(),
    cursor: z.uuid('deve ficar como está no "next" da página anterior, um UUID').optional(),
    limit: pageLimit(50),
  })
  const route = createRoute({
    method: 'get',
    path: '/jobs',
    operationId: 'listJobs',
    tags: ['Jobs'],
    summary: 'Jobs, newest first, without their results',
    description: 'Those that fit all filters. A key without the scope `admin` sees its own.',
    request: { query },
    responses: {
      200: { description: 'A page', content: { 'application/json': { schema: answer } } },
      ...refusals('FIELD_INVALID'),
    },
  })
  app.openAPIRegistry.registerPath(route)
  app.get(route.path, async (c) => {
    const parsed = parseQuery(c, query)
    if ('refusal' in parsed) return parsed.refusal
    const { limit, cursor, ...filter } = parsed.fields
    const jobs = await listJobs(pool, { ...filter, owner: visibleTo(callerOf(c)) }, limit + 1, cursor)
    const page = jobs.slice(0, limit)
    const origin = originOf(c)
    const now = new Date()
    const paces = await pacesOf(page.filter(({ status }) => status === 'queued').map(({ kind }) => kind))
    let next: string | null = null
    if (jobs.length > limit) {
      const url = new URL(`${origin}/jobs`)
      for (const [name, value] of Object.entries({ ...filter, limit, cursor: page.at(-1)!.id })) {
        if (value !== undefined) url.searchParams.set(name, String(value))
      }
      next = url.href
    }
    const body = { jobs: page.map((job) => summaryView(job, origin, { now, paces })), next }
    return c.json(body satisfies z.input<typeof answer>, 200)
  })
}
