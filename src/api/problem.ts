import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Every way a request can be refused, by its stable code. docs/errors.md lists the same codes; a test compares them. */
export const problemCodes = {
  REQUEST_MALFORMED: { status: 400, title: 'A requisição não é HTTP válido' },
  BODY_NOT_JSON: { status: 400, title: 'O corpo da requisição não é JSON válido' },
  FIELD_INVALID: { status: 400, title: 'Um campo da requisição não é válido' },
  UNAUTHORIZED: { status: 401, title: 'Falta o token de acesso, ou ele não é válido' },
  JOB_NOT_FOUND: { status: 404, title: 'Esse job não existe' },
  ROUTE_NOT_FOUND: { status: 404, title: 'Esse endereço não existe' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'Esse endereço não aceita esse método' },
  BODY_TOO_LARGE: { status: 413, title: 'O corpo da requisição é grande demais' },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, title: 'O corpo da requisição precisa ser JSON' },
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
