import { z } from '@hono/zod-openapi'
import { type ProblemCode, problemBody, problemCodes } from '../problem.ts'

const codes = Object.keys(problemCodes) as [ProblemCode, ...ProblemCode[]]

const codeTable = codes.map((code) => `| \`${code}\` | ${problemCodes[code].status} | ${problemCodes[code].title} |`)

/** What is wrong with one field. */
export const fieldErrorSchema = z.object({
  field: z.string().meta({ description: 'Where it is, such as `cnpj`; empty: the body as a whole.' }),
  reason: z.string(),
})

/** The body of every refusal (RFC 9457). */
export const problemSchema = z
  .object({
    type: z.string().meta({ format: 'uri', description: 'A URN with the code.' }),
    title: z.string().meta({ description: 'The same for every problem of the code.' }),
    status: z.int().min(400).max(599),
    code: z.enum(codes).meta({
      description: `Stable: build on it, never on a sentence.\n\n| code | status | title |\n|---|---|---|\n${codeTable.join('\n')}`,
    }),
    detail: z.string().meta({ description: 'What is wrong here and what to do, for people.' }),
    errors: z
      .array(fieldErrorSchema.extend({ line: z.int().min(1).optional().meta({ description: 'Of a batch.' }) }))
      .optional()
      .meta({ description: 'Of `FIELD_INVALID` and `BATCH_EMPTY`: every field that does not fit.' }),
  })
  .openapi('Problem')

type Refusal = {
  description: string
  headers?: Record<string, { description: string; schema: { type: 'string' | 'integer' } }>
  content: { 'application/problem+json': { schema: object; examples: Record<string, { value: object }> } }
}

/** How an operation may refuse, as the responses of its description: by status, with the codes that can occur there. */
export function refusals(...given: readonly ProblemCode[]): Record<string, Refusal> {
  const byStatus = Map.groupBy(new Set(given), (code) => String(problemCodes[code].status))
  return Object.fromEntries([...byStatus].map(([status, codes]) => [status, refusal(codes)]))
}

/** One response for problems of these codes. */
export function refusal(codes: readonly ProblemCode[]): Refusal {
  return {
    description: codes.map((code) => `\`${code}\`: ${problemCodes[code].title}`).join('. '),
    ...(codes.some((code) => sayWhenToComeAgain.includes(code)) && {
      headers: { 'Retry-After': { description: 'When to come again, in seconds', schema: { type: 'integer' } } },
    }),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { type: 'object', properties: { code: { type: 'string', enum: codes } } },
          ],
        },
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
      },
    },
  }
}

const sayWhenToComeAgain: readonly ProblemCode[] = ['RATE_LIMITED', 'IDEMPOTENCY_KEY_BUSY', 'DATABASE_UNAVAILABLE']

function exampleOf(code: ProblemCode) {
  const { detail, errors } = examples[code]
  return problemBody(code, detail, errors)
}

const noSuch = '00000000-0000-7000-8000-000000000000'
const cnpjReason = '"12ABC34501DE36" não é um CNPJ válido (confira os dígitos)'

const examples: Record<ProblemCode, { detail: string; errors?: { field: string; reason: string; line?: number }[] }> = {
  REQUEST_MALFORMED: { detail: 'O endereço ou o cabeçalho Host não é válido.' },
  BODY_NOT_JSON: { detail: 'O corpo não pôde ser lido como JSON: há algo inesperado na linha 1, coluna 10.' },
  BODY_NOT_CSV: { detail: 'O CSV não tem uma linha de títulos que se conheça.' },
  FIELD_INVALID: { detail: `cnpj: ${cnpjReason}.`, errors: [{ field: 'cnpj', reason: cnpjReason }] },
  UNAUTHORIZED: { detail: 'A chave enviada não existe ou foi revogada.' },
  SCOPE_MISSING: { detail: 'A chave "n8n" não tem o escopo "admin", de que POST /v2/queues/discovery/pause precisa.' },
  COMPANY_NOT_FOUND: { detail: 'Ainda não se sabe nada da empresa 12ABC34501DE35.' },
  BATCH_NOT_FOUND: { detail: `Não há lote com o id "${noSuch}".` },
  DELIVERY_NOT_FOUND: { detail: `Não há entrega com o id "${noSuch}".` },
  JOB_NOT_FOUND: { detail: `Não há job com o id "${noSuch}".` },
  QUEUE_NOT_FOUND: { detail: 'Não há fila "discoveries". As filas são: discovery, profile.' },
  ROUTE_NOT_FOUND: { detail: 'Não há nada em /v3/scrape.' },
  METHOD_NOT_ALLOWED: { detail: '/v2/scrape aceita POST; a requisição veio como GET.' },
  REQUEST_TIMEOUT: { detail: 'A requisição não chegou inteira a tempo. Envie-a de novo.' },
  IDEMPOTENCY_KEY_BUSY: { detail: 'Outra requisição com a mesma Idempotency-Key ainda está sendo atendida.' },
  JOB_NOT_RETRYABLE: { detail: 'Este job ainda não terminou; acompanhe-o em vez de repeti-lo.' },
  BODY_TOO_LARGE: { detail: 'O corpo pode ter no máximo 256 KiB.' },
  MEDIA_TYPE_UNSUPPORTED: { detail: 'Envie o cabeçalho "Content-Type: application/json" (veio nenhum).' },
  BATCH_EMPTY: {
    detail: `A única linha não é válida; nada foi gravado. Linha 2: cnpj: ${cnpjReason}.`,
    errors: [{ line: 2, field: 'cnpj', reason: cnpjReason }],
  },
  IDEMPOTENCY_KEY_REUSED: {
    detail:
      'Esta Idempotency-Key já veio com outro corpo, ou outros parâmetros no endereço. Use uma chave nova para cada pedido.',
  },
  RATE_LIMITED: { detail: 'A chave "n8n" pode fazer 600 requisições por minuto, e passou disso.' },
  HEADERS_TOO_LARGE: { detail: 'O endereço e os cabeçalhos juntos podem ter no máximo 16 KiB.' },
  INTERNAL: { detail: 'Algo inesperado aconteceu; os detalhes estão no log do servidor.' },
  DATABASE_UNAVAILABLE: { detail: 'O banco de dados não respondeu; nada se perdeu.' },
}
