import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import { getBatch, listResults } from '../../queue/batches.ts'
import { callerOf, visibleTo } from '../access/caller.ts'
import type { AppContext } from '../app.ts'
import { batchNotFound } from '../batch/batch-not-found.ts'
import { resultRow, resultRowSchema, wantedFields } from '../batch/results/results-row.ts'
import { bodyOf, readRows, streamedForms } from '../batch/results/results-stream.ts'
import { isTerminalBatch } from '../batch/status-view.ts'
import { isUuid } from '../job/job-not-found.ts'
import { refusals } from '../openapi/problem-schema.ts'
import { originOf } from '../request/origin.ts'
import { pageLimit } from '../request/page-limit.ts'
import { parseQuery } from '../request/parse-query.ts'

const formats = ['json', 'ndjson', 'csv', 'xlsx'] as const
type Format = (typeof formats)[number]

const mediaTypes: Record<string, Format> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'text/csv': 'csv',
  [streamedForms.xlsx.contentType]: 'xlsx',
}

const query = z.strictObject({
  format: z
    .enum(formats)
    .optional()
    .meta({ description: 'Without it, the Accept header decides; JSON if that does not' }),
  cursor: z
    .string()
    .regex(/^\d{1,9}$/, 'deve ficar como está no "next" da página anterior')
    .transform(Number)
    .optional()
    .openapi({ type: 'string', description: 'Of JSON: where the page begins, as `next` says it' }),
  limit: pageLimit(100),
})

const pageSchema = z.object({
  batch_id: z.uuid(),
  terminal: z.boolean().meta({ description: 'False: some of the results are still to come.' }),
  results: z.array(resultRowSchema),
  next: z.url().nullable().meta({ description: 'The page after this one; null: this is the last.' }),
})

/**
 * GET /v2/batches/{id}/results: JSON in pages; NDJSON, CSV and XLSX whole, written as they are read. Every line once and
 * in order, also while the batch runs.
 */
export function batchResultsRoute(
  app: OpenAPIHono,
  { pool, log }: Pick<AppContext, 'pool' | 'log'>,
  patienceMs: number,
): void {
  const route = createRoute({
    method: 'get',
    path: '/v2/batches/{id}/results',
    operationId: 'getBatchResults',
    tags: ['Batches'],
    summary: 'What came of each line of a batch, in the order of the lines, also while it runs',
    description:
      'JSON comes in pages; follow `next`. NDJSON, CSV and XLSX come whole. The CSV opens in a spreadsheet as it is: semicolons, a byte order mark, CNPJs as text, and no cell that would be a formula.',
    request: { params: z.object({ id: z.uuid() }), query },
    responses: {
      200: {
        description: 'A page as JSON, or all lines in one of the other forms',
        headers: z.object({ 'Content-Disposition': z.string().optional() }),
        content: {
          'application/json': { schema: pageSchema },
          'application/x-ndjson': { schema: z.string().meta({ description: 'One result a line.' }) },
          'text/csv': { schema: z.string().meta({ description: 'Semicolons, BOM, headers in Portuguese.' }) },
          [streamedForms.xlsx.contentType]: { schema: z.string().meta({ format: 'binary' }) },
        },
      },
      ...refusals('FIELD_INVALID', 'BATCH_NOT_FOUND'),
    },
  })
  app.openAPIRegistry.registerPath(route)
  app.get('/v2/batches/:id/results', async (c) => {
    const id = c.req.param('id')
    if (!isUuid(id)) return batchNotFound(c, id)
    const parsed = parseQuery(c, query)
    if ('refusal' in parsed) return parsed.refusal
    const batch = await getBatch(pool, id, visibleTo(callerOf(c)))
    if (!batch) return batchNotFound(c, id)
    const { limit, cursor = 0, format = acceptedBy(c) } = parsed.fields
    c.header('Cache-Control', 'no-store')
    c.header('Vary', 'Accept')
    if (format === 'json') {
      // Positions begin at 0, and the cursor is the first of its page.
      const fields = wantedFields(batch.kind)
      const found = await listResults(pool, batch.id, { after: cursor - 1, limit: limit + 1, fields })
      const next =
        found[limit] &&
        `${originOf(c)}/v2/batches/${batch.id}/results?format=json&limit=${limit}&cursor=${found[limit].position}`
      const page: z.input<typeof pageSchema> = {
        batch_id: batch.id,
        terminal: isTerminalBatch(batch),
        results: found.slice(0, limit).map((each) => resultRow(batch.kind, each)),
        next: next ?? null,
      }
      return c.json(page, 200)
    }
    const { contentType, write } = streamedForms[format]
    const onError = (error: Error) => log.warn({ batch: batch.id, error: error.message }, 'results broken off')
    c.header('Content-Type', contentType)
    c.header('Content-Disposition', `attachment; filename="sonda-${batch.id.slice(-12)}.${format}"`)
    return c.body(bodyOf(write(readRows(pool, batch, patienceMs), batch), onError))
  })
}

function acceptedBy(c: Context): Format {
  const usual = 'application/json'
  return mediaTypes[accepts(c, { header: 'Accept', supports: Object.keys(mediaTypes), default: usual })] ?? 'json'
}
