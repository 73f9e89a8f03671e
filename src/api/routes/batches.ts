import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Pool, Sql } from '../../db/connect.ts'
import { withPatience } from '../../db/patience.ts'
import { fewAtATime, fewOfEach } from '../../few-at-a-time.ts'
import { addCallback } from '../../queue/callbacks.ts'
import type { FairShare } from '../../queue/fair-share.ts'
import { writeBatch } from '../../queue/write-batch.ts'
import { callerOf } from '../access/caller.ts'
import type { AppContext } from '../app.ts'
import { type BatchFormat, batchFormat } from '../batch/intake/batch-format.ts'
import { usualLimits } from '../batch/intake/batch-limits.ts'
import { jsonOptions, textOptions } from '../batch/intake/batch-options.ts'
import { BatchRefused } from '../batch/intake/batch-refused.ts'
import type { Intake } from '../batch/intake/intake.ts'
import { type TakenBatch, takeBatch } from '../batch/intake/take-batch.ts'
import { openUpload } from '../batch/intake/upload.ts'
import { refusals } from '../openapi/problem-schema.ts'
import { problem } from '../problem.ts'
import { acceptedHeaders, idempotencyHeaders, idempotencyRefusals, withIdempotency } from '../request/idempotency.ts'
import { originOf } from '../request/origin.ts'

/**
 * Each keeps its lines in memory, 14 MiB for 100,000. Those of one owner, however slowly they come, leave places for others;
 * after five minutes Node's server ends a request that has not come whole.
 */
const uploadsAtATime = 16
const uploadsOfAnOwner = 2
/** A batch waits its turn behind another of the same owner, and then writes a hundred thousand lines. */
const patienceOfOthers = 6
const mostTries = 3
const pollAfterSeconds = 5

const lineError = z.object({
  line: z.int().meta({ description: 'Where it stands: a row as a spreadsheet numbers it, a line, or an item; from 1' }),
  external_id: z.string().nullable(),
  errors: z.array(z.object({ field: z.string(), reason: z.string() })),
})
const answerSchema = z
  .object({
    batch_id: z.uuid(),
    kind: z.string(),
    status_url: z.url(),
    results_url: z.url(),
    report_url: z.url().meta({ description: 'What became of each line' }),
    lines: z.int().meta({ description: 'The sum of the next three' }),
    accepted: z.int(),
    duplicates: z.int().meta({ description: 'Another line, or a job that was live already, stands for the company' }),
    invalid: z.int(),
    warnings: z.array(z.string()),
    errors: z.array(lineError).max(100).meta({ description: 'The first lines that are not valid; the report has all' }),
    poll_after_seconds: z.int().min(0),
    terminal: z.boolean(),
  })
  .openapi('BatchAccepted')

const batchRefusals = [
  'REQUEST_MALFORMED',
  'BODY_NOT_JSON',
  'BODY_NOT_CSV',
  'FIELD_INVALID',
  'REQUEST_TIMEOUT',
  'BODY_TOO_LARGE',
  'MEDIA_TYPE_UNSUPPORTED',
  'BATCH_EMPTY',
] as const

const csvExample = 'CNPJ;Nome fantasia;Cidade;UF;Site\n12ABC34501DE35;Padaria Exemplo;Curitiba;PR;https://example.com\n'

/**
 * POST /v2/batches: thousands of companies in one request, as JSON, JSON lines, CSV or a form with a file. It is checked
 * line by line as it arrives, and enqueued in one transaction when it is there: a broken upload leaves nothing. To be
 * mounted where no other patience holds: an upload may take minutes.
 */
export function batchesRoute(
  app: OpenAPIHono,
  { pool, kinds, hints, callbackHosts = [], patienceMs = 20_000, batchLimits: limits = usualLimits }: AppContext,
  share: Pick<FairShare, 'batch'>,
): void {
  const query = textOptions(kinds, callbackHosts)
  const text = z.string()
  const route = createRoute({
    method: 'post',
    path: '/v2/batches',
    operationId: 'createBatch',
    tags: ['Batches'],
    summary: 'Takes a list of companies: JSON, JSON lines or CSV',
    description:
      'Up to 100,000 lines and 64 MB, checked line by line: a line that is not valid, or stands there twice, is reported and keeps no other out. CSV with `;` or `,`, in UTF-8 or ISO-8859-1, its columns in any order and named in Portuguese or English. An option that stands in two places, such as the query and the form, must be the same in both.',
    request: {
      headers: idempotencyHeaders,
      query,
      body: {
        required: true,
        content: {
          'application/json': {
            schema: jsonOptions(kinds, callbackHosts),
            example: { kind: 'discovery', items: [{ cnpj: '12ABC34501DE35', external_id: '7' }] },
          },
          'application/x-ndjson': { schema: text, example: '{"cnpj":"12ABC34501DE35"}\n{"website":"example.com"}\n' },
          'text/csv': { schema: text, example: csvExample },
          'multipart/form-data': {
            schema: query.extend({
              file: z.string().openapi({ format: 'binary', description: 'CSV, JSON lines or JSON' }),
            }),
          },
        },
      },
    },
    responses: {
      202: {
        description: 'Accepted; `errors` has the first lines that are not',
        headers: acceptedHeaders,
        content: { 'application/json': { schema: answerSchema } },
      },
      ...refusals(...batchRefusals, ...idempotencyRefusals),
    },
  })
  const inTurn = fewAtATime(uploadsAtATime)
  const inTurnOfOwner = fewOfEach(uploadsOfAnOwner)

  /** In a transaction of its own, unless there is one. */
  const write = async (c: Context, sql: Sql, { kind, callbackUrl, intake }: TakenBatch, place: Place) => {
    const { owner } = callerOf(c)
    const origin = originOf(c)
    const add = async (tx: Sql) => {
      const isWatched = callbackUrl !== undefined
      const written = await writeBatch(tx, kind, intake.groups(), { owner, isWatched, ...place })
      if (isWatched) await addCallback(tx, { batchId: written.batchId, url: callbackUrl, owner, origin })
      return written
    }
    const { batchId, ...counts } = await ('begin' in sql ? (sql as Pool).begin(add) : add(sql))
    const url = `${origin}/v2/batches/${batchId}`
    const body: z.infer<typeof answerSchema> = {
      batch_id: batchId,
      kind: kind.name,
      status_url: url,
      results_url: `${url}/results`,
      report_url: `${url}/report`,
      ...counts,
      warnings: [...intake.warnings],
      errors: [...intake.errors],
      poll_after_seconds: pollAfterSeconds,
      terminal: false,
    }
    const headers = { location: url, 'retry-after': String(pollAfterSeconds) }
    return {
      answer: { status: 202 as const, body, headers },
      afterCommit: () => {
        if (counts.accepted > 0) hints.send(kind.name)
      },
    }
  }

  const store = (c: Context, batch: TakenBatch, bodyHash: string): Promise<Response> =>
    whileInTheWay(async () => {
      const place = await share.batch(batch.kind.name, callerOf(c).owner)
      return withIdempotency(c, { pool, bodyHash }, (sql) => write(c, sql, batch, place))
    })

  app.openAPIRegistry.registerPath(route)
  app.post('/v2/batches', async (c) => {
    const contentType = c.req.header('content-type') ?? ''
    const format = batchFormat(contentType)
    const upload = openUpload(c, limits)
    const take = async () => {
      try {
        if (!format) throw unsupported(contentType)
        const encoding = c.req.header('content-encoding')?.trim().toLowerCase()
        if (encoding && encoding !== 'identity') throw compressed()
        const query = new URL(c.req.url).searchParams
        const options = { format, contentType, query, kinds, callbackHosts, limits }
        const batch = await takeBatch(upload.pieces(), options)
        if (batch.intake.counts().valid === 0) return nothingValid(c, format, batch.intake)
        return await withPatience(store(c, batch, upload.hash(batch.content)), patienceOfOthers * patienceMs)
      } catch (error) {
        if (!(error instanceof BatchRefused)) throw error
        await upload.drop()
        return problem(c, error.code, error.message, error.errors && { errors: error.errors })
      }
    }
    return inTurnOfOwner(callerOf(c).owner, () => inTurn(take))
  })
}

type Place = { priority: number; itemsPerPriority: number }

/** Again, when Postgres ended one of two transactions that waited for each other: a worker's, which has the jobs. */
async function whileInTheWay<Answer>(write: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await write()
    } catch (error) {
      const isInTheWay = ['40001', '40P01'].includes((error as { code?: string }).code ?? '')
      if (!isInTheWay || tries === mostTries) throw error
    }
  }
}

function unsupported(contentType: string): BatchRefused {
  const came = contentType ? `"${contentType.slice(0, 80).toWellFormed()}"` : 'nenhum'
  const detail = `Envie "Content-Type: text/csv", "application/json" ou "application/x-ndjson", ou um formulário "multipart/form-data" com um arquivo (veio ${came}).`
  return new BatchRefused('MEDIA_TYPE_UNSUPPORTED', detail)
}

const compressed = () =>
  new BatchRefused('MEDIA_TYPE_UNSUPPORTED', 'Envie o corpo sem compressão, sem o cabeçalho "Content-Encoding".')

function nothingValid(c: Context, format: BatchFormat, { counts, errors }: Intake): Response {
  const { lines } = counts()
  if (lines === 0) {
    const hint = ' Com curl, envie um arquivo com --data-binary @arquivo: com -d as quebras de linha se perdem.'
    return problem(c, 'BATCH_EMPTY', `Não veio nenhuma linha com dados.${format === 'csv' ? hint : ''}`)
  }
  const [first] = errors
  const reasons = first!.errors.map(({ field, reason }) => (field ? `${field}: ${reason}` : reason)).join('; ')
  const what = lines === 1 ? 'A única linha não é válida' : `Nenhuma das ${lines} linhas é válida`
  const detail = `${what}; nada foi gravado. Linha ${first!.line}: ${reasons}.`
  return problem(c, 'BATCH_EMPTY', detail, { errors: errors.flatMap(fieldErrorsOf) })
}

const fieldErrorsOf = ({ line, errors }: Intake['errors'][number]) => errors.map((error) => ({ line, ...error }))
