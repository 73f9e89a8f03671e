import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fetch } from 'undici'
import { createRegistry, type Registry, type RegistryCache, type RegistryTurns } from '../../src/cnpj/registry.ts'
import { type RegistrySource, registrySource } from '../../src/cnpj/registry-source.ts'
import { Failure } from '../../src/errors.ts'

export const cnpj = '11222333000181'
export const record = { cnpj, razao_social: 'PADARIA AURORA LTDA' }

/** A registry on a loopback port, and the paths that it was asked for. */
export type Loopback = { url: string; host: string; asked: string[]; requests: IncomingMessage[] }
export type Reply = (request: IncomingMessage, response: ServerResponse) => void

const closers: (() => Promise<void>)[] = []

/** For `afterEach`. */
export async function closeRegistries(): Promise<void> {
  for (const close of closers.splice(0)) await close()
}

export async function loopback(reply: Reply): Promise<Loopback> {
  const asked: string[] = []
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    requests.push(request)
    reply(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return { url: `http://127.0.0.1:${port}/v1`, host: `127.0.0.1:${port}`, asked, requests }
}

export const answering = (status: number, body: unknown, headers: Record<string, string> = {}): Promise<Loopback> =>
  loopback((_request, response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
  })

/** Nothing is listening there. */
export const nowhere: Pick<Loopback, 'url' | 'host'> = { url: 'http://127.0.0.1:9', host: '127.0.0.1:9' }

export const noCache: RegistryCache = { find: async () => undefined, store: async () => {} }
export const noLimits: RegistryTurns = { take: async () => true, pause: async () => {}, queueUp: async () => 0 }

type Options = { cache?: RegistryCache; turns?: RegistryTurns; now?: () => number }

/** Asks these in their order; what is said besides counts for each of them. */
export const registryOf = (
  addresses: readonly { url: string; timeoutMs?: number }[],
  {
    cache = noCache,
    turns = noLimits,
    now = () => performance.now(),
    ...known
  }: Options & Partial<RegistrySource> = {},
): Registry =>
  createRegistry({
    sources: addresses.map((address) => ({ ...registrySource(address), ...known })),
    cache,
    turns,
    now,
    fetch,
    userAgent: 'Sonda/test',
  })

export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(thrown instanceof Failure)) throw new Error(`no Failure, but ${String(thrown)}`)
  return thrown
}
