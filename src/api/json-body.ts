import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { problem } from './problem.ts'

/** A request names one company: far below this. Lists of companies have a route of their own. */
const mostBytes = 256 * 1024

const sizeLimit = bodyLimit({
  maxSize: mostBytes,
  onError: (c) => problem(c, 'BODY_TOO_LARGE', `O corpo pode ter no máximo ${mostBytes / 1024} KiB.`),
})

/**
 * Lets only JSON through that Postgres can store, and says what is wrong with anything else. `curl -d` without a header
 * sends a form, which is the commonest mistake and gets a hint.
 */
export const jsonBody: MiddlewareHandler = async (c, next) => {
  if (c.req.method !== 'POST') return next()
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (!/^application\/([\w.-]+\+)?json$/.test(type)) {
    return problem(
      c,
      'MEDIA_TYPE_UNSUPPORTED',
      `Envie o cabeçalho "Content-Type: application/json" (veio ${type ? `"${type}"` : 'nenhum'}).`,
    )
  }
  return sizeLimit(c, async () => {
    const refusal = await refuse(c)
    if (refusal) c.res = refusal
    else await next()
  })
}

async function refuse(c: Parameters<MiddlewareHandler>[0]): Promise<Response | undefined> {
  const text = await c.req.text()
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    const detail =
      text === '' ? 'O corpo veio vazio.' : `O corpo não pôde ser lido como JSON: ${(error as Error).message}.`
    return problem(c, 'BODY_NOT_JSON', detail)
  }
  const bad = findUnstorable(body, '')
  if (bad === undefined) return undefined
  const reason = 'contém caracteres que não são texto (NUL ou metade de um par Unicode)'
  return problem(c, 'FIELD_INVALID', `${bad}: ${reason}.`, { errors: [{ field: bad, reason }] })
}

/** The first field with a character that neither jsonb nor text columns take. */
function findUnstorable(value: unknown, field: string): string | undefined {
  if (typeof value === 'string') return value.includes('\u0000') || !value.isWellFormed() ? field : undefined
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, part] of Object.entries(value)) {
    const name = field ? `${field}.${key}` : key
    if (findUnstorable(key, name) !== undefined) return field || 'corpo'
    const bad = findUnstorable(part, name)
    if (bad !== undefined) return bad
  }
  return undefined
}
