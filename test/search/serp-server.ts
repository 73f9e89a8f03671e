import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from 'vitest'

export type Seen = {
  method: string
  path: string
  headers: IncomingMessage['headers']
  query: URLSearchParams
  body: { queries: string[]; q: string }
}
export type Reply = (response: ServerResponse, seen: Seen) => void

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A provider's API on loopback until the test ends, and the calls it has seen. */
export async function serve(reply: Reply) {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const url = new URL(request.url ?? '/', 'http://x')
    const call = {
      method: request.method ?? '',
      path: url.pathname,
      headers: request.headers,
      query: url.searchParams,
      body: body ? JSON.parse(body) : {},
    }
    seen.push(call)
    reply(response, call)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

export const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

export const forever = (): AbortSignal => new AbortController().signal

export const urls = (lists: readonly (readonly { url: string }[] | null)[]) =>
  lists.map((list) => list?.map(({ url }) => url) ?? null)
