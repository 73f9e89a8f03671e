import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { type CallerVariables, operator } from './caller.ts'
import { problem } from './problem.ts'

export type AuthOptions = {
  /** Any of these lets a request in; none at all means that only this machine is served. */
  tokens: readonly string[]
  allowAnonymous: boolean
  /** The address that the connection comes from. */
  remoteAddress(c: Context): string | undefined
}

/** What proxies add: a request that has one may come from anywhere. */
const proxyHeaders = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip']

const digest = (text: string) => createHash('sha256').update(text).digest()

/**
 * A bearer token (RFC 6750), compared in constant time. Without a token configured, only requests from this machine are
 * served: not forwarded by a proxy, and addressed to this machine by name, so that a web page cannot reach it through a
 * name of its own (DNS rebinding).
 */
export function auth({ tokens, allowAnonymous, remoteAddress }: AuthOptions): MiddlewareHandler<CallerVariables> {
  const digests = tokens.map(digest)
  return async (c, next) => {
    c.set('caller', operator)
    if (digests.length === 0) {
      if (allowAnonymous || isLocal(c, remoteAddress(c))) return next()
      return problem(
        c,
        'UNAUTHORIZED',
        'Este servidor não tem API_ACCESS_TOKEN definido e por isso só atende a própria máquina. Defina API_ACCESS_TOKEN e envie "Authorization: Bearer <token>".',
        { headers: { 'www-authenticate': 'Bearer' } },
      )
    }
    const given = /^bearer +(.*\S) *$/i.exec(c.req.header('authorization') ?? '')?.[1]
    const found = given === undefined ? [] : digests.filter((known) => timingSafeEqual(known, digest(given)))
    if (found.length > 0) return next()
    const detail =
      given === undefined
        ? 'Envie o cabeçalho "Authorization: Bearer <token>" com o valor de API_ACCESS_TOKEN.'
        : 'O token enviado não é o de API_ACCESS_TOKEN.'
    return problem(c, 'UNAUTHORIZED', detail, { headers: { 'www-authenticate': 'Bearer' } })
  }
}

function isLocal(c: Context, address: string | undefined): boolean {
  const isLoopback = address !== undefined && /^(127\.|::1$|::ffff:127\.)/.test(address)
  const isForwarded = proxyHeaders.some((name) => c.req.header(name) !== undefined)
  const host = (c.req.header('host') ?? '').replace(/:\d+$/, '')
  return isLoopback && !isForwarded && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i.test(host)
}
