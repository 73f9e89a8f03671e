import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { beforeAllLines, isBatchVisible, reportLines } from '../../queue/batch-report.ts'
import { callerOf, visibleTo } from '../access/caller.ts'
import type { AppContext } from '../app.ts'
import { batchNotFound } from '../batch/batch-not-found.ts'
import { lineView, reportStream, reportTexts } from '../batch/report-text.ts'
import { isUuid } from '../job/job-not-found.ts'
import { fieldErrorSchema, refusals } from '../openapi/problem-schema.ts'
import { originOf } from '../request/origin.ts'
import { parseQuery } from '../request/parse-query.ts'

const usualLines = 100
const mostLines = 1_000
/** Of a text that is read to its end; what is held of it at a time. */
const linesAtOnce = 1_000
const limitReason = `deve ser um número inteiro de 1 a ${mostLines}`
const cursorReason = 'deve ficar como está no "next" da página anterior, um número'

const formats = ['json', 'ndjson', 'csv'] as const
const mediaTypes = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8' } as const

const query = z.strictObject({
  format: z.enum(formats).optional().openapi({ description: 'Instead of the Accept header' }),
  limit: z
    .string()
    .regex(/^\d{1,4}$/, limitReason)
    .transform(Number)
    .pipe(z.number().min(1, limitReason).max(mostLines, limitReason))
    .default(usualLines)
    .openapi({ type: 'integer', minimum: 1, maximum: mostLines, description: 'Lines of a page of JSON' }),
  cursor: z
    .string()
    .regex(/^\d{1,9}$/, cursorReason)
    .transform(Number)
    .optional()
    .openapi({ type: 'string' }),
})

const lineSchema = z
  .object({
    line: z.int().min(1),
    external_id: z.string().nullable(),
    status: z.enum(['accepted', 'duplicate', 'invalid']),
    job_id: z.uuid().nullable().openapi({ description: 'Of a duplicate: the job that stands for it' }),
    errors: z.array(fieldErrorSchema),
  })
  .openapi('BatchLine')
const pageSchema = z.object({
  batch_id: z.uuid(),
  lines: z.array(lineSchema),
  next: z.url().nullable().openapi({ description: 'The address of the next page' }),
})

/** GET /v2/batches/{id}/report: what became of each line that was sent. */
export function batchReportRoute(app: OpenAPIHono, { pool }: Pick<AppContext, 'pool'>): void {
  const route = createRoute({
    method: 'get',
    path: '/v2/batches/{id}/report',
    operationId: 'getBatchReport',
    tags: ['Batches'],
    summary: 'What became of each line of a batch, in their order',
    description:
      'Whether it was accepted, stands for a company that another line or a live job has, or is not valid and why. The CSV is for spreadsheets: its headers and statuses are in Portuguese.',
    request: { params: z.object({ id: z.uuid() }), query },
    responses: {
      200: {
        description: 'A page as JSON, or all of it as JSON lines or CSV',
        content: {
          'application/json': { schema: pageSchema },
          'application/x-ndjson': { schema: z.string() },
          'text/csv': { schema: z.string() },
        },
      },
      ...refusals('FIELD_INVALID', 'BATCH_NOT_FOUND'),
    },
  })
  app.openAPIRegistry.registerPath(route)
  app.get('/v2/batches/:id/report', async (c) => {
    const parsed = parseQuery(c, query)
    if ('refusal' in parsed) return parsed.refusal
    const { limit, cursor, format = formatOf(c) } = parsed.fields
    const id = c.req.param('id')
    if (!isUuid(id) || !(await isBatchVisible(pool, id, visibleTo(callerOf(c))))) return batchNotFound(c, id)
    const first = cursor ?? beforeAllLines
    if (format !== 'json') {
      const stream = reportStream((position) => reportLines(pool, id, position, linesAtOnce), {
        first,
        text: reportTexts[format],
      })
      const headers = {
        'content-type': mediaTypes[format],
        'content-disposition': `attachment; filename="${id}.${format}"`,
      }
      return c.body(stream, 200, headers)
    }
    const lines = await reportLines(pool, id, first, limit + 1)
    const page = lines.slice(0, limit)
    let next: string | null = null
    if (lines.length > limit) {
      const url = new URL(`${originOf(c)}/v2/batches/${id}/report`)
      if (parsed.fields.format) url.searchParams.set('format', parsed.fields.format)
      url.searchParams.set('limit', String(limit))
      url.searchParams.set('cursor', String(page.at(-1)!.position))
      next = url.href
    }
    const answer: z.infer<typeof pageSchema> = { batch_id: id, lines: page.map(lineView), next }
    return c.json(answer, 200)
  })
}

/** JSON for whoever takes it, as browsers and n8n do with everything. */
function formatOf(c: Context): (typeof formats)[number] {
  const accept = (c.req.header('accept') ?? '').toLowerCase()
  if (/application\/json|\*\/\*/.test(accept)) return 'json'
  if (/ndjson|jsonl/.test(accept)) return 'ndjson'
  return accept.includes('text/csv') ? 'csv' : 'json'
}
