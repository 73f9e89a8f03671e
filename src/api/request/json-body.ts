import type { Context, MiddlewareHandler } from 'hono'
import { type ProblemCode, problem } from '../problem.ts'
import { mostBodyBytes, readBody } from './read-body.ts'
import { whereJsonBreaks } from './where-json-breaks.ts'

/** How it refuses, for a route's description. */
export const jsonBodyRefusals = [
  'BODY_NOT_JSON',
  'FIELD_INVALID',
  'BODY_TOO_LARGE',
  'MEDIA_TYPE_UNSUPPORTED',
  'REQUEST_TIMEOUT',
] as const satisfies readonly ProblemCode[]

/** For a quarter of a megabyte at most, and less than what the database is given: whose fault it was is told apart. */
const bodyPatienceMs = 15_000

/** JSON is UTF-8 (RFC 8259); anything else would be stored as `�`. A byte order mark is passed over. */
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Puts the JSON that a request carries into `c.var.json`, its bytes into `c.var.bytes`, and says what is wrong with anything else. `curl -d` without a
 * header sends a form, which is the commonest mistake and gets a hint.
 */
export const jsonBodyWithin =
  (patienceMs: number): JsonBody =>
  async (c, next) => {
    const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
    if (!/^application\/([\w.-]+\+)?json$/.test(type)) {
      const came = type ? `"${type.slice(0, 80)}"` : 'nenhum'
      const detail = `Envie o cabeçalho "Content-Type: application/json" (veio ${came}).`
      return problem(c, 'MEDIA_TYPE_UNSUPPORTED', detail)
    }
    const encoding = c.req.header('content-encoding')?.trim().toLowerCase()
    if (encoding && encoding !== 'identity') {
      return problem(c, 'MEDIA_TYPE_UNSUPPORTED', 'Envie o corpo sem compressão, sem o cabeçalho "Content-Encoding".')
    }
    const read = await readJson(c, patienceMs)
    if (read instanceof Response) return read
    c.set('json', read.json)
    c.set('bytes', read.bytes)
    return next()
  }

export const jsonBody = jsonBodyWithin(bodyPatienceMs)

type JsonBody = MiddlewareHandler<{ Variables: { json: unknown; bytes: Uint8Array } }>

async function readJson(c: Context, patienceMs: number): Promise<Response | { json: unknown; bytes: Uint8Array }> {
  const bytes = await readBody(c, patienceMs)
  if (bytes === 'too slow') {
    const detail = `O corpo não chegou inteiro em ${patienceMs / 1000} s. Envie-o de novo.`
    return problem(c, 'REQUEST_TIMEOUT', detail, { headers: { connection: 'close' } })
  }
  if (bytes === 'broken off') return problem(c, 'BODY_NOT_JSON', 'O corpo não chegou inteiro.')
  if (bytes === 'too large') {
    return problem(c, 'BODY_TOO_LARGE', `O corpo pode ter no máximo ${mostBodyBytes / 1024} KiB.`)
  }
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return problem(c, 'BODY_NOT_JSON', 'O corpo não está em UTF-8. Salve ou envie o texto como UTF-8.')
  }
  if (text.trim() === '') return problem(c, 'BODY_NOT_JSON', 'O corpo veio vazio.')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    const hint = /"cnpj"\s*:\s*\d/.test(text) ? ' O CNPJ deve vir entre aspas.' : ''
    const { line, column, isEnd } = whereJsonBreaks(text)
    const what = isEnd ? 'ele acaba antes da hora, na' : 'há algo inesperado na'
    const detail = `O corpo não pôde ser lido como JSON: ${what} linha ${line}, coluna ${column}.${hint}`
    return problem(c, 'BODY_NOT_JSON', detail)
  }
  const field = findUnstorable(json)
  if (field === undefined) return { json, bytes }
  return problem(c, 'FIELD_INVALID', field ? `${field}: ${unstorableReason}.` : `O corpo ${unstorableReason}.`, {
    errors: [{ field, reason: unstorableReason }],
  })
}

export const unstorableReason = 'contém caracteres que não são texto (NUL ou metade de um par Unicode)'

/**
 * The first field with a character that Postgres takes neither in JSON nor in text; '' when it is outside any named
 * field. A loop rather than a recursion: a body may be nested 100,000 levels deep, and no stack is.
 */
export function findUnstorable(json: unknown): string | undefined {
  const open: { value: unknown; field: string }[] = [{ value: json, field: '' }]
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    const { value, field } = item
    if (typeof value === 'string' && !isStorable(value)) return field
    if (typeof value !== 'object' || value === null) continue
    for (const [key, part] of Object.entries(value)) {
      if (!isStorable(key)) return field
      open.push({ value: part, field: field || key.slice(0, 60) })
    }
  }
  return undefined
}

const isStorable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed()
