import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import { onTestFinished } from 'vitest'
import { createEgress, type EgressOptions } from '../../src/site/fetch/egress.ts'
import { createFetcher, type FetcherOptions } from '../../src/site/fetch/fetch-page.ts'
import { createHostLimit } from '../../src/site/fetch/host-limit.ts'
import { createSiteReader, type SiteReaderOptions } from '../../src/site/read-site.ts'
import { createRobots } from '../../src/site/robots.ts'

/** A web server on a free port of 127.0.0.1 until the test ends; `requests` are those it got, as `host/path`. */
export async function startSite(handler: RequestListener, tls?: ServerOptions) {
  const requests: string[] = []
  const listener: RequestListener = (request, response) => {
    requests.push(`${request.headers.host}${request.url}`)
    handler(request, response)
  }
  return { port: await listen(tls ? createTlsServer(tls, listener) : createServer(listener)), requests }
}

/** A server that answers with whatever bytes `answer` writes. */
export const startTcp = (answer: (socket: Socket) => void) => listen(createTcpServer(answer))

async function listen(server: Server | TcpServer): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((done) => server.close(done))
  })
  return (server.address() as AddressInfo).port
}

/** An egress gate, and a fetcher behind it, that finds every `*.test` on this port of the loopback. */
export function reach(port: number, options: Partial<EgressOptions & Omit<FetcherOptions, 'egress'>> = {}) {
  const egress = createEgress({
    allowCidrs: ['127.0.0.1/32'],
    connectTo: [{ host: '*.test', address: '127.0.0.1', port }],
    ...options,
  })
  onTestFinished(() => egress.close())
  const hostLimit = options.hostLimit ?? createHostLimit()
  const fetchPage = createFetcher({
    userAgent: 'Mozilla/5.0 (compatible; SondaBot/1.0)',
    ...options,
    egress,
    hostLimit,
  })
  return { egress, hostLimit, fetchPage }
}

/** Serves pages by path, as HTML; anything else is 404. */
export const pages =
  (byPath: Record<string, string>): RequestListener =>
  (request: IncomingMessage, response) => {
    const body = byPath[request.url ?? '']
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(body ?? 'not found')
  }

/** What a reading is given where a test does not say otherwise. */
export const crawl = { maxPages: 10, deadlineMs: 10_000 }

/** A reader of the sites on this port, see `reach`. */
export function readerOn(
  port: number,
  { render, ...options }: Parameters<typeof reach>[1] & Pick<SiteReaderOptions, 'render'> = {},
) {
  const { fetchPage } = reach(port, options)
  const robots = createRobots({ fetchPage, userAgentToken: 'SondaBot' })
  return createSiteReader({ fetchPage, robots, ...(render !== undefined && { render }) })
}

/** A page of its own words, of more than 200 characters. */
export const article = (title: string) =>
  `<title>${title}</title><h1>${title}</h1><p>${`${title} e mais texto. `.repeat(20)}`

export const menu = (...paths: string[]) => paths.map((path) => `<a href="${path}">${path}</a>`).join(' ')

export const pathsOf = (urls: readonly { url: string }[]) =>
  urls.map(({ url }) => new URL(url).pathname + new URL(url).search)
