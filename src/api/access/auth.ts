import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { problem } from '../problem.ts'
import { isKey } from './api-keys.ts'
import { type CallerVariables, hasScope, onRevoked, operator, type Scope } from './caller.ts'
import type { KeyRing } from './key-ring.ts'
import type { RateLimit } from './rate-limit.ts'

export type AuthOptions = {
  /** Any of these lets a request in; none at all means that this machine is served without one. */
  tokens: readonly string[]
  allowAnonymous: boolean
  /** The address that the connection comes from. */
  remoteAddress(c: Context): string | undefined
  /** Origins whose pages may use the API from a browser (CORS), or `*`; none by default. */
  corsOrigins?: readonly string[]
}

/** What proxies add: a request that has one may come from anywhere. */
const proxyHeaders = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip']

const noSuchKey = 'A chave enviada não existe ou foi revogada.'

const digest = (text: string) => createHash('sha256').update(text).digest()

/**
 * Finds out who asks, and what they may do.
 *
 * A bearer token (RFC 6750) is one of `tokens`, which makes the caller the operator, or a key of the database, which has
 * an owner, scopes and a rate; both are compared in constant time. A key that is revoked while a
 * `GET` waits for its answer ends the wait. Without `tokens` configured, requests from this machine
 * need none: not forwarded by a proxy, addressed to this machine by name, so that a web page cannot reach it through a
 * name of its own (DNS rebinding), and not sent by a page of another origin, which a browser lets send a POST without a
 * body to anywhere.
 */
export function auth(
  { tokens, allowAnonymous, remoteAddress, corsOrigins = [] }: AuthOptions,
  keys: KeyRing,
  rates: RateLimit,
): MiddlewareHandler<CallerVariables> {
  const digests = tokens.map(digest)
  return async (c, next) => {
    const given = /^bearer +(.*\S) *$/i.exec(c.req.header('authorization') ?? '')?.[1]
    if (given !== undefined) {
      const givenDigest = digest(given)
      if (digests.filter((known) => timingSafeEqual(known, givenDigest)).length > 0) return letIn()
      const key = await keys.find(given)
      if (key) {
        const { id, name, scopes, ratePerMinute } = key
        const waitSeconds = ratePerMinute === null ? 0 : rates.take(id, ratePerMinute)
        if (waitSeconds > 0) {
          const detail = `A chave "${name}" pode fazer ${ratePerMinute} requisições por minuto, e passou disso. Tente de novo em ${waitSeconds} s.`
          return problem(c, 'RATE_LIMITED', detail, { headers: { 'retry-after': String(waitSeconds) } })
        }
        const scope = scopeOf(c.req.method, c.req.path)
        if (!hasScope({ owner: name, scopes }, scope)) {
          const detail = `A chave "${name}" não tem o escopo "${scope}", de que ${c.req.method} ${c.req.path} precisa. Peça a quem opera o servidor uma chave com ele.`
          return problem(c, 'SCOPE_MISSING', detail)
        }
        c.set('caller', { owner: name, scopes })
        c.set('onRevoked', (callBack) => keys.onRevoked(key, callBack))
        // What changes something is done or not; only the answer to it could still be kept back.
        if (scope !== 'read') return next()
        return (await isRevokedBefore(c, next())) ? refuse(noSuchKey) : undefined
      }
      // A key that was revoked does not become the operator on the machine where it is used.
      if (isKey(given)) return refuse(noSuchKey)
    }
    if (digests.length > 0) {
      return refuse(
        given === undefined
          ? 'Envie o cabeçalho "Authorization: Bearer <token>" com o valor de API_ACCESS_TOKEN ou uma chave.'
          : 'O token enviado não é o de API_ACCESS_TOKEN, nem uma chave.',
      )
    }
    if (allowAnonymous || isLocal(c, remoteAddress(c), corsOrigins)) return letIn()
    return refuse(
      'Este servidor não tem API_ACCESS_TOKEN definido e por isso, sem uma chave, só atende a própria máquina. Defina API_ACCESS_TOKEN ou crie uma chave (sonda keys create), e envie "Authorization: Bearer <token>".',
    )

    function letIn() {
      c.set('caller', operator)
      return next()
    }
    function refuse(detail: string) {
      return problem(c, 'UNAUTHORIZED', detail, { headers: { 'www-authenticate': 'Bearer' } })
    }
  }
}

/** Whether the key is revoked before an answer is there: a poll may hold it for a minute. */
async function isRevokedBefore(c: Context, answered: Promise<void>): Promise<boolean> {
  let forget = () => {}
  const revoked = new Promise<true>((resolve) => {
    forget = onRevoked(c, () => resolve(true))
  })
  return Promise.race([answered.then(() => false), revoked]).finally(() => forget())
}

/** What a request asks for. A route that is not known here changes something, and is the submitter's to call. */
function scopeOf(method: string, path: string): Scope {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return 'read'
  return /^\/v2\/queues(\/|$)/.test(path) ? 'admin' : 'submit'
}

function isLocal(c: Context, address: string | undefined, corsOrigins: readonly string[]): boolean {
  const isLoopback = address !== undefined && /^(127\.|::1$|::ffff:127\.)/.test(address)
  const isForwarded = proxyHeaders.some((name) => c.req.header(name) !== undefined)
  const host = (c.req.header('host') ?? '').replace(/:\d+$/, '')
  const isNamed = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i.test(host)
  return isLoopback && !isForwarded && isNamed && isOwnPage(c, corsOrigins)
}

/** Sent by no web page, by one of this server's, or by one that CORS_ORIGINS names; `*` names none. */
function isOwnPage(c: Context, corsOrigins: readonly string[]): boolean {
  const origin = c.req.header('origin')
  return origin === undefined || URL.parse(origin)?.host === c.req.header('host') || corsOrigins.includes(origin)
}
