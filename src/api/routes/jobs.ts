import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { getJob, type Job, jobStatuses, listJobs } from '../../queue/look-up.ts'
import type { AppContext } from '../app.ts'
import { parseFields } from '../field-errors.ts'
import { isUuid, jobNotFound } from '../job-not-found.ts'
import { jobView, summaryView } from '../job-view.ts'
import { llmSpending } from '../llm-spending.ts'
import { originOf } from '../origin.ts'
import { problem } from '../problem.ts'

const anyJson = { 'application/json': { schema: z.looseObject({}) } }

const limitReason = 'deve ser um número inteiro de 1 a 200'
const limitNumber = z.number().min(1, limitReason).max(200, limitReason)

/** A parameter that stands there twice: which of the two is meant, nobody can know. */
function repeatedIn(query: URLSearchParams): string | undefined {
  const names = [...query.keys()]
  return names.find((name, position) => names.indexOf(name) !== position)
}

/** GET /jobs, GET /jobs/{id}. */
export function jobRoutes(app: OpenAPIHono, { pool, kinds, llm }: AppContext): void {
  /** What holds up a job that could start otherwise. */
  const waitsFor = async ({ kind, status }: Job) => {
    const mayWait = status === 'queued' && kinds.some(({ name, waitsForBudget }) => name === kind && waitsForBudget)
    if (!mayWait || llm?.budgetDaily === undefined) return null
    const { is_budget_spent: isSpent, next_day_at: until } = await llmSpending(pool, llm)
    return isSpent ? { reason: 'llm_budget', until } : null
  }

  const one = createRoute({
    method: 'get',
    path: '/jobs/{id}',
    summary: 'One job: its status, progress, result or error',
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: { description: 'The job, also when it failed', content: anyJson } },
  })
  app.openapi(one, async (c) => {
    const { id } = c.req.valid('param')
    const job = isUuid(id) ? await getJob(pool, id) : undefined
    if (!job) return jobNotFound(c, id) as never
    const view = { ...jobView(job, originOf(c)), waits_for: await waitsFor(job) }
    if (!view.terminal) c.header('Retry-After', String(view.poll_after_seconds))
    return c.json(view, 200)
  })

  const query = z.strictObject({
    status: z.enum(jobStatuses).optional(),
    kind: z.enum(kinds.map(({ name }) => name) as [string, ...string[]]).optional(),
    batch: z.uuid('deve ser o id de um lote, um UUID').optional(),
    cursor: z.uuid('deve ficar como está no "next" da página anterior, um UUID').optional(),
    limit: z
      .string()
      .regex(/^\d{1,4}$/, limitReason)
      .transform(Number)
      .pipe(limitNumber)
      .default(50),
  })
  const list = createRoute({
    method: 'get',
    path: '/jobs',
    summary: 'Jobs, newest first, without their results',
    request: { query },
    responses: { 200: { description: 'A page; `next` is the address of the one after it', content: anyJson } },
  })
  app.openAPIRegistry.registerPath(list)
  app.get(list.path, async (c) => {
    const { searchParams } = new URL(c.req.url)
    const repeated = repeatedIn(searchParams)
    if (repeated !== undefined) {
      const error = { field: repeated.slice(0, 60).toWellFormed(), reason: 'veio mais de uma vez' }
      return problem(c, 'FIELD_INVALID', `${error.field}: ${error.reason}.`, { errors: [error] })
    }
    const parsed = parseFields(c, query, Object.fromEntries(searchParams))
    if ('refusal' in parsed) return parsed.refusal
    const { limit, cursor, ...filter } = parsed.fields
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
}
