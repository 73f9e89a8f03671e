import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Every way a request can be refused, by its stable code. docs/errors.md lists the same codes; a test compares them. */
export const problemCodes = {
  REQUEST_MALFORMED: { status: 400, title: 'A requisição não é HTTP válido' },
  BODY_NOT_JSON: { status: 400, title: 'O corpo da requisição não é JSON válido' },
  BODY_NOT_CSV: { status: 400, title: 'O arquivo enviado não é um CSV que se possa ler' },
  FIELD_INVALID: { status: 400, title: 'Um campo da requisição não é válido' },
  UNAUTHORIZED: { status: 401, title: 'Falta o token de acesso, ou ele não é válido' },
  SCOPE_MISSING: { status: 403, title: 'A chave não tem o escopo necessário' },
  COMPANY_NOT_FOUND: { status: 404, title: 'Ainda não se sabe nada dessa empresa' },
  BATCH_NOT_FOUND: { status: 404, title: 'Esse lote não existe' },
  DELIVERY_NOT_FOUND: { status: 404, title: 'Essa entrega não existe' },
  JOB_NOT_FOUND: { status: 404, title: 'Esse job não existe' },
  QUEUE_NOT_FOUND: { status: 404, title: 'Essa fila não existe' },
  ROUTE_NOT_FOUND: { status: 404, title: 'Esse endereço não existe' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'Esse endereço não aceita esse método' },
  REQUEST_TIMEOUT: { status: 408, title: 'A requisição não chegou a tempo' },
  IDEMPOTENCY_KEY_BUSY: { status: 409, title: 'Essa chave de idempotência ainda está em uso' },
  JOB_NOT_RETRYABLE: { status: 409, title: 'Esse job não pode ser repetido' },
  BODY_TOO_LARGE: { status: 413, title: 'O corpo da requisição é grande demais' },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, title: 'O corpo da requisição não está num formato aceito aqui' },
  BATCH_EMPTY: { status: 422, title: 'Nenhuma linha do lote pode ser aceita' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'Essa chave de idempotência já serviu a outro pedido' },
  RATE_LIMITED: { status: 429, title: 'A chave passou do seu limite de requisições' },
  HEADERS_TOO_LARGE: { status: 431, title: 'Os cabeçalhos da requisição são grandes demais' },
  INTERNAL: { status: 500, title: 'Erro interno do Sonda' },
  DATABASE_UNAVAILABLE: { status: 503, title: 'O banco de dados não responde agora' },
} as const satisfies Record<string, { status: ContentfulStatusCode; title: string }>

export type ProblemCode = keyof typeof problemCodes
/** `field` is the path inside the body or query, such as `cnpj`; empty for the body as a whole. */
export type FieldError = { field: string; reason: string }

/** An error answer by RFC 9457, as an object. `detail` says what to do and is what n8n shows its user. */
export function problemBody(code: ProblemCode, detail: string, errors?: FieldError[]) {
  const { status, title } = problemCodes[code]
  return { type: `urn:sonda:problem:${code}`, title, status, code, detail, ...(errors && { errors }) }
}

/** The same as an answer. */
export function problem(
  c: Context,
  code: ProblemCode,
  detail: string,
  { errors, headers = {} }: { errors?: FieldError[]; headers?: Record<string, string> } = {},
): Response {
  const body = problemBody(code, detail, errors)
  return c.body(JSON.stringify(body), body.status, { ...headers, 'content-type': 'application/problem+json' })
}
