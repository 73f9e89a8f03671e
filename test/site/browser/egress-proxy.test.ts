import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { createEgressProxy, type Passage, type ProxyLimits } from '../../../src/site/browser/egress-proxy.ts'
import { until } from '../../support/poll.ts'
import { reach } from '../loopback-site.ts'
import { listenOn } from './browser-under-test.ts'

async function openProxy(port: number, limits: Partial<ProxyLimits> = {}) {
  const { egress } = reach(port)
  const proxy = await createEgressProxy(egress, limits)
  onTestFinished(() => proxy.close())
  return proxy
}

/** Writes to the proxy as it is, and collects what comes back until the connection ends. */
function talk(proxyUrl: string, text: string): { socket: Socket; said: () => string; end: Promise<string> } {
  let said = ''
  const socket = connect(Number(new URL(proxyUrl).port), '127.0.0.1')
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    said += chunk
  })
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  socket.write(text)
  return { socket, said: () => said, end: new Promise((done) => socket.once('close', () => done(said))) }
}

const credentials = ({ username, password }: Passage) =>
  `Proxy-Authorization: Basic ${Buffer.from(`${username}:${password}`).toString('base64')}\r\n`
const get = (url: string, headers = '') => `GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`
const tunnel = (authority: string, headers = '') =>
  `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${headers}\r\n`
const statusOf = (answer: string) => Number(answer.split(' ')[1])

it('passes a request on, without what is between the browser and the proxy', async () => {
  const seen: Record<string, unknown>[] = []
  const site = await listenOn('127.0.0.1', 0, (request, response) => {
    seen.push({ ...request.headers, method: request.method, url: request.url })
    response.writeHead(200, { 'x-a': '1', 'set-cookie': ['a=1', 'b=2'] }).end('olá')
  })
  const proxy = await openProxy(site.port)
  const passage = proxy.admit()
  const headers = `${credentials(passage)}X-B: 2\r\nX-Hop: 3\r\nConnection: x-hop\r\nProxy-Connection: keep-alive\r\n`
  const answer = await talk(proxy.url, get('http://loja.test/a?b=c', headers)).end
  expect(statusOf(answer)).toBe(200)
  expect(answer).toMatch(/set-cookie: a=1\r\nset-cookie: b=2/i)
  expect(answer).not.toContain(proxy.mark)
  expect(seen).toEqual([{ host: 'x', 'x-b': '2', connection: 'close', method: 'GET', url: '/a?b=c' }])
})

it('tunnels bytes both ways', async () => {
  const site = await listenOn('127.0.0.1', 0, (_, response) => void response.end('olá'))
  const proxy = await openProxy(site.port)
  const client = talk(proxy.url, tunnel('loja.test:443', credentials(proxy.admit())))
  await until('the tunnel is open', () => client.said().endsWith('\r\n\r\n'))
  expect(statusOf(client.said())).toBe(200)
  client.socket.write(get('/'))
  expect(await client.end).toMatch(/ol..?.?\r\n|olÃ¡/)
  expect(site.requests).toEqual(['x/'])
})

it('serves only who has the credentials of a page that is open', async () => {
  const site = await listenOn('127.0.0.1', 0, (_, response) => void response.end())
  const proxy = await openProxy(site.port)
  const closed = proxy.admit()
  closed.close()
  const wrong = { ...proxy.admit(), password: 'guess' }
  for (const headers of ['', credentials(closed), credentials(wrong)]) {
    expect(statusOf(await talk(proxy.url, get('http://loja.test/', headers)).end)).toBe(407)
    expect(statusOf(await talk(proxy.url, tunnel('loja.test:80', headers)).end)).toBe(407)
  }
  expect(site.hits).toBe(0)
})

it.each([
  '127.0.0.2:80',
  '127.0.0.1:8080',
  '127.2:80',
  '2130706434:80',
  '0x7f.2:443',
  '0177.0.0.2:80',
  '[::1]:80',
  '[::ffff:127.0.0.2]:80',
  '[::ffff:7f00:2]:443',
  '[64:ff9b::7f00:2]:80',
  '[fe80::1%25lo]:80',
  '169.254.169.254:80',
  '①②⑦.0.0.2:80',
  '127.0.0.2.:80',
  '%31%32%37.0.0.2:80',
  'localhost:22',
  'loja@127.0.0.2:80',
  '127.0.0.2/x:80',
  ':80',
  '80',
  '',
])('opens no tunnel and forwards nothing to %j', async (authority) => {
  const proxy = await openProxy(1)
  const passage = proxy.admit()
  const encoded = Buffer.from(authority).toString('latin1')
  // What is not even HTTP is hung up on. 502 would mean that a connection was tried.
  const answers = [
    await talk(proxy.url, tunnel(encoded, credentials(passage))).end,
    await talk(proxy.url, get(`http://${encoded}/`, credentials(passage))).end,
  ]
  for (const answer of answers) expect(answer).toMatch(/^$|^HTTP\/1.1 40[03] /)
})

it('forwards nothing but http', async () => {
  const proxy = await openProxy(1)
  const passage = proxy.admit()
  for (const url of [
    'file:///etc/passwd',
    'ftp://loja.test/',
    'https://loja.test/',
    '/etc/passwd',
    'http://u:p@loja.test/',
  ]) {
    expect(statusOf(await talk(proxy.url, get(url, credentials(passage))).end), url).toBe(403)
  }
})

it('marks its own answers and remembers why a host was not reached', async () => {
  const proxy = await openProxy(1)
  const passage = proxy.admit()
  const answer = await talk(proxy.url, get('http://loja.test/', credentials(passage))).end
  expect(statusOf(answer)).toBe(502)
  expect(answer).toContain(proxy.mark)
  expect(passage.failureOf('loja.test')).toMatchObject({ code: 'SITE_UNREACHABLE' })
  await talk(proxy.url, tunnel('10.0.0.1:443', credentials(passage))).end
  expect(passage.failureOf('10.0.0.1')).toMatchObject({ code: 'SITE_BLOCKED' })
  expect(proxy.admit().failureOf('10.0.0.1')).toBeUndefined()
})

it('stops a page that reads more than it may, on all of its connections, and no other page', async () => {
  const endless = createServer((_, response) => {
    const more = () => {
      while (response.write('x'.repeat(10_000)));
    }
    response.on('drain', more)
    more()
  })
  await new Promise<void>((done) => endless.listen(0, '127.0.0.1', done))
  onTestFinished(() => endless.closeAllConnections())
  onTestFinished(() => void endless.close())
  const proxy = await openProxy((endless.address() as AddressInfo).port, { maxBytesPerPage: 1_000_000 })
  const [greedy, other] = [proxy.admit(), proxy.admit()]
  const idle = talk(proxy.url, tunnel('b.test:80', credentials(greedy)))
  const beside = talk(proxy.url, tunnel('b.test:80', credentials(other)))
  await until('the tunnels are open', () => idle.said() && beside.said())
  const read = await talk(proxy.url, get('http://a.test/', credentials(greedy))).end
  await idle.end
  expect(read.length).toBeLessThan(1_100_000)
  expect(greedy.excess()).toMatchObject({ code: 'SITE_TOO_LARGE' })
  expect(other.excess()).toBeUndefined()
  expect(beside.socket.destroyed).toBe(false)
  expect(statusOf(await talk(proxy.url, tunnel('c.test:80', credentials(greedy))).end)).toBe(502)
})

it('holds no more connections for a page than it may have, and breaks them when it closes', async () => {
  const site = await listenOn('127.0.0.1', 0, () => {})
  const proxy = await openProxy(site.port, { maxConnectionsPerPage: 3 })
  const passage = proxy.admit()
  const open = [1, 2, 3].map(() => talk(proxy.url, tunnel('a.test:80', credentials(passage))))
  await until('three tunnels are open', () => open.every(({ said }) => statusOf(said()) === 200))
  expect(statusOf(await talk(proxy.url, tunnel('a.test:80', credentials(passage))).end)).toBe(502)
  passage.close()
  await Promise.all(open.map(({ end }) => end))
})

it('lets go of a connection on which nothing happens', async () => {
  const site = await listenOn('127.0.0.1', 0, () => {})
  const proxy = await openProxy(site.port, { idleTimeoutMs: 50 })
  const answer = await talk(proxy.url, tunnel('a.test:80', credentials(proxy.admit()))).end
  expect(statusOf(answer)).toBe(200)
})
