import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type Duplex, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure } from '../../errors.ts'
import type { Egress } from '../fetch/egress.ts'
import { toSiteFailure } from '../fetch/network-failure.ts'
import { endToEndHeaders } from './end-to-end-headers.ts'

/** One page's way through the proxy: its credentials, and what became of its connections. */
export type Passage = {
  username: string
  password: string
  /** Why the host could not be reached, if so. */
  failureOf(host: string): Failure | undefined
  /** Set once the page had read more than it may: its connections are closed then, and it gets no more. */
  excess(): Failure | undefined
  /** Breaks its connections; the credentials are worth nothing any more. */
  close(): void
}

export type EgressProxy = {
  url: string
  /** Stands in the `proxy-agent` header of answers that are the proxy's own; nobody else knows it. */
  mark: string
  admit(): Passage
  close(): Promise<void>
}

export type ProxyLimits = { maxBytesPerPage: number; maxConnectionsPerPage: number; idleTimeoutMs: number }

type Account = Passage & {
  key: string
  count(bytes: number): void
  hold(socket: Duplex): boolean
  fail(host: string, error: unknown): Failure
}

const defaults: ProxyLimits = { maxBytesPerPage: 50_000_000, maxConnectionsPerPage: 100, idleTimeoutMs: 20_000 }
const maxHeaderBytes = 64 * 1024

/**
 * The browser's only way to the network: an HTTP proxy on a free port of 127.0.0.1 whose every connection is opened by
 * the gate (`egress.connect`), tunnels (https, WebSocket) and plain requests alike. Each page has credentials of its own,
 * so what it may read is bounded, all it has open can be closed, and nobody else on the machine can use the proxy; nor
 * can what the browser would ask on its own account.
 */
export async function createEgressProxy(egress: Egress, limits: Partial<ProxyLimits> = {}): Promise<EgressProxy> {
  const { maxBytesPerPage, maxConnectionsPerPage, idleTimeoutMs } = { ...defaults, ...limits }
  const mark = randomBytes(12).toString('hex')
  const accounts = new Map<string, Account>()
  const clients = new Set<Socket>()

  function open(): Account {
    const username = randomBytes(8).toString('hex')
    const password = randomBytes(16).toString('hex')
    const key = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    const held = new Set<Duplex>()
    const failures = new Map<string, Failure>()
    let bytesLeft = maxBytesPerPage
    let excess: Failure | undefined
    const destroyAll = () => {
      for (const socket of held) socket.destroy()
    }
    return {
      username,
      password,
      key,
      failureOf: (host) => failures.get(host),
      excess: () => excess,
      count(bytes) {
        bytesLeft -= bytes
        if (bytesLeft >= 0 || excess) return
        excess = new Failure('SITE_TOO_LARGE', `The page loads more than ${maxBytesPerPage} bytes.`)
        destroyAll()
      },
      hold(socket) {
        if (excess || !accounts.has(key) || held.size >= maxConnectionsPerPage) return false
        held.add(socket)
        socket.once('close', () => held.delete(socket))
        return true
      },
      fail(host, error) {
        const failure = toSiteFailure(error, host)
        if (failures.size < maxConnectionsPerPage) failures.set(host, failure)
        return failure
      },
      close() {
        accounts.delete(key)
        destroyAll()
      },
    }
  }

  /** A connection to what the gate allows, counted and bounded on the account of the page. */
  async function reach(account: Account, host: string, port: number): Promise<Socket> {
    try {
      const socket = await egress.connect(host, port)
      socket.on('error', () => {})
      if (!account.hold(socket)) {
        socket.destroy()
        throw new Failure('SITE_TOO_LARGE', `${host}: the page opens too many connections.`)
      }
      socket.setTimeout(idleTimeoutMs, () => socket.destroy())
      return socket
    } catch (error) {
      throw account.fail(host, error)
    }
  }

  const ownHeaders = (more: Record<string, string> = {}) => ({ 'proxy-agent': mark, 'content-length': '0', ...more })
  const challenge = { 'proxy-authenticate': 'Basic realm="sonda"' }

  async function forward(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const account = accounts.get(incoming.headers['proxy-authorization'] ?? '')
    if (!account) return void outgoing.writeHead(407, ownHeaders(challenge)).end()
    const url = URL.parse(incoming.url ?? '')
    try {
      if (url?.protocol !== 'http:') throw new Failure('SITE_BLOCKED', 'Not an http:// address.')
      egress.checkUrl(url)
      const socket = await reach(account, url.hostname, Number(url.port || 80))
      outgoing.once('close', () => socket.destroy())
      if (incoming.destroyed) return void socket.destroy()
      const upstream = request({
        createConnection: () => socket,
        method: incoming.method,
        path: `${url.pathname}${url.search}`,
        headers: endToEndHeaders(incoming.rawHeaders, { connection: 'close' }),
        setHost: false,
        maxHeaderSize: maxHeaderBytes,
      })
      const answered = new Promise<IncomingMessage>((done, fail) => upstream.once('response', done).once('error', fail))
      upstream.once('upgrade', () => socket.destroy())
      pipeline(incoming, counting(account), upstream).catch(() => {})
      const answer = await answered
      outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEndHeaders(answer.rawHeaders))
      await pipeline(answer, counting(account), outgoing)
    } catch (error) {
      if (outgoing.destroyed) return // the browser no longer wanted it
      const failure = account.fail(url?.hostname ?? '', error)
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(failure.code === 'SITE_BLOCKED' ? 403 : 502, ownHeaders()).end()
    }
  }

  async function tunnel(incoming: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    client.on('error', () => {})
    const refuse = (status: string, headers: Record<string, string> = {}) => {
      const lines = Object.entries(ownHeaders({ connection: 'close', ...headers })).map((pair) => pair.join(': '))
      client.end(`HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n`)
    }
    const account = accounts.get(incoming.headers['proxy-authorization'] ?? '')
    if (!account) return refuse('407 Proxy Authentication Required', challenge)
    const { host, port } = authorityOf(incoming.url ?? '')
    let upstream: Socket
    try {
      upstream = await reach(account, host, port)
    } catch (error) {
      return refuse((error as Failure).code === 'SITE_BLOCKED' ? '403 Forbidden' : '502 Bad Gateway')
    }
    client.once('close', () => upstream.destroy())
    upstream.once('close', () => client.destroy())
    if (client.destroyed) return void upstream.destroy()
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    if (head.length > 0) upstream.write(head)
    await Promise.allSettled([
      pipeline(client, counting(account), upstream),
      pipeline(upstream, counting(account), client),
    ])
  }

  const server = createServer(
    { maxHeaderSize: maxHeaderBytes },
    (incoming, outgoing) => void forward(incoming, outgoing),
  )
  server.on('connect', (incoming, client, head) => void tunnel(incoming, client, head))
  server.on('upgrade', (_, client) => client.destroy())
  server.on('clientError', (_, client) => client.destroy())
  server.on('connection', (socket) => {
    clients.add(socket)
    socket.on('error', () => {}).once('close', () => clients.delete(socket))
  })
  server.maxConnections = 4 * maxConnectionsPerPage
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done))
  server.unref()

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mark,
    admit() {
      const account = open()
      accounts.set(account.key, account)
      return account
    },
    async close() {
      for (const account of accounts.values()) account.close()
      for (const socket of clients) socket.destroy()
      await new Promise((done) => server.close(done))
    },
  }
}

const counting = (account: Account) =>
  new Transform({
    transform(chunk: Buffer, _, done) {
      account.count(chunk.length)
      done(null, chunk)
    },
  })

/** `host:port` of a CONNECT; what is neither ends up as a port that the gate refuses. */
function authorityOf(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':')
  const port = text.slice(colon + 1)
  return { host: text.slice(0, Math.max(0, colon)), port: /^\d{1,5}$/.test(port) ? Number(port) : 0 }
}
