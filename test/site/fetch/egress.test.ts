import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Egress } from '../../../src/site/fetch/egress.ts'
import {
  embeddings,
  global4Value,
  global6Value,
  notations,
  special4Value,
  special6Value,
  write4,
  write6,
} from '../addresses.ts'
import { pages, reach, startSite } from '../loopback-site.ts'

const pem = (name: string) => readFileSync(new URL(`../fixtures/${name}.pem`, import.meta.url), 'utf8')
const blocked = { code: 'SITE_BLOCKED' }
const closed = { allowCidrs: [], connectTo: [] }

describe('the gate, on the URL alone', () => {
  it.each([
    'file:///etc/passwd',
    'ftp://example.com/',
    'gopher://example.com/',
    'data:text/html,hello',
    'http://example.com:22/',
    'http://example.com:8080/',
    'https://user:secret@example.com/',
    'http://user@example.com/',
    'http://127.0.0.1/',
    'http://127.0.0.1./',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0x7f000001/',
    'http://017700000001/',
    'http://0177.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://①②⑦.0.0.1/',
    'http://0/',
  ])('refuses %s', (url) => {
    expect(() => reach(1, closed).egress.checkUrl(new URL(url))).toThrow(expect.objectContaining(blocked))
  })

  it.each(['http://example.com/', 'https://example.com:443/a', 'http://example.com:443/', 'http://8.8.8.8/'])(
    'lets %s pass',
    (url) => expect(() => reach(1, closed).egress.checkUrl(new URL(url))).not.toThrow(),
  )
})

describe('the gate, on any address', () => {
  const gate = () =>
    reach(1, { ...closed, resolve: async () => Promise.reject(new Error('a name was asked for')) }).egress
  const isRefused = (egress: Egress, host: string) => {
    try {
      egress.checkUrl(new URL(`http://${host}/`))
      return false
    } catch (error) {
      return (error as { code?: string }).code === 'SITE_BLOCKED'
    }
  }
  const connectCode = (egress: Egress, host: string) =>
    egress.connect(host, 80).then(
      () => 'connected',
      (error) => error.code,
    )

  it.each(Object.entries(notations))('refuses private IPv4 addresses: %s', async (_, write) => {
    const egress = gate()
    fc.assert(
      fc.property(special4Value, (value) => isRefused(egress, write(value))),
      { numRuns: 300 },
    )
    await fc.assert(
      fc.asyncProperty(special4Value, async (value) => (await connectCode(egress, write(value))) === 'SITE_BLOCKED'),
      { numRuns: 100 },
    )
  })

  it.each(Object.entries(notations))('lets public IPv4 addresses pass: %s', (_, write) => {
    const egress = gate()
    fc.assert(
      fc.property(global4Value, (value) => !isRefused(egress, write(value))),
      { numRuns: 300 },
    )
  })

  it('refuses private IPv6 addresses and private IPv4 ones inside them, and lets public ones pass', async () => {
    const egress = gate()
    const inside = fc.tuple(special4Value, fc.constantFrom(...embeddings)).map(([value, embed]) => embed(value))
    const host = fc.oneof(special6Value, inside).map((value) => `[${write6(value)}]`)
    fc.assert(
      fc.property(host, (text) => isRefused(egress, text)),
      { numRuns: 2_000 },
    )
    fc.assert(
      fc.property(global6Value, (value) => !isRefused(egress, `[${write6(value)}]`)),
      { numRuns: 1_000 },
    )
    await fc.assert(
      fc.asyncProperty(host, fc.boolean(), async (text, isBare) => {
        return (await connectCode(egress, isBare ? text.slice(1, -1) : text)) === 'SITE_BLOCKED'
      }),
      { numRuns: 300 },
    )
  })

  it('refuses a name for every private address that it may resolve to', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(special4Value.map(write4), special6Value.map(write6)), async (address) => {
        const family = address.includes(':') ? 6 : 4
        const { egress } = reach(1, { ...closed, resolve: async () => [{ address, family }] })
        return (await connectCode(egress, 'inside.example')) === 'SITE_BLOCKED'
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    'fe80::1%eth0',
    '[fe80::1%25eth0]',
    'a/b',
    'user@127.0.0.1',
    'a b',
    '',
    '[',
    'a?b',
    'a#b',
    'a\\b',
    '127.0.0.1:80',
  ])('refuses %j, which is no host', async (host) => expect(await connectCode(gate(), host)).toBe('SITE_BLOCKED'))
})

describe('a bare connection', () => {
  it('is opened to where the host is, and carries bytes', async () => {
    const site = await startSite(pages({ '/': 'hello' }))
    const socket = await reach(site.port).egress.connect('SHOP.test.', 443)
    onTestFinished(() => void socket.destroy())
    socket.end('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    expect((await socket.toArray()).join('')).toContain('hello')
    expect(socket.remoteAddress).toBe('127.0.0.1')
  })

  it.each([22, 0, 81, 8080, 65_536, -1, Number.NaN])('is not opened to port %s', async (port) => {
    const { egress } = reach(1, closed)
    await expect(egress.connect('example.com', port)).rejects.toMatchObject(blocked)
  })

  it('that is no longer wanted fails with the reason', async () => {
    const reason = new Error('enough')
    const { egress } = reach(1, { ...closed, resolve: () => new Promise(() => {}) })
    const stop = new AbortController()
    const connecting = egress.connect('example.com', 80, { signal: stop.signal })
    stop.abort(reason)
    await expect(connecting).rejects.toBe(reason)
    await expect(egress.connect('example.com', 80, { signal: stop.signal })).rejects.toBe(reason)
  })

  it('that fails names the host and why', async () => {
    await expect(reach(1).egress.connect('nobody.test', 80)).rejects.toMatchObject({
      code: 'SITE_UNREACHABLE',
      message: expect.stringMatching(/nobody\.test: connection refused/),
    })
  })
})

describe('the gate, when it connects', () => {
  it('refuses a name that resolves to a private address, and sends nothing', async () => {
    const site = await startSite(pages({ '/': 'secret' }))
    const { fetchPage } = reach(site.port, { allowCidrs: [] })
    await expect(fetchPage('http://inside.test/')).rejects.toMatchObject(blocked)
    await expect(reach(1, closed).fetchPage('http://localhost/')).rejects.toMatchObject(blocked)
    expect(site.requests).toEqual([])
  })

  it('refuses what reaches the connector without a look at its URL: literals and ports', async () => {
    const site = await startSite(pages({ '/': 'secret' }))
    const { egress } = reach(site.port, closed)
    const { request } = await import('undici')
    for (const origin of [
      `http://127.0.0.1:${site.port}`,
      'http://127.0.0.1',
      'http://[::1]',
      'https://[::ffff:127.0.0.1]',
    ]) {
      await expect(request(origin, { dispatcher: egress.dispatcher })).rejects.toMatchObject(blocked)
    }
    const open = reach(site.port, { connectTo: [] }).egress
    const anyPort = request(`http://127.0.0.1:${site.port}`, { dispatcher: open.dispatcher })
    await expect(anyPort).rejects.toMatchObject(blocked)
    expect(site.requests).toEqual([])
  })

  it('connects only to the allowed one of several addresses', async () => {
    const site = await startSite(pages({ '/': 'hello' }))
    const asked: string[] = []
    const { fetchPage } = reach(site.port, {
      connectTo: [{ host: '*.test', address: 'backend.internal', port: site.port }],
      resolve: async (host) => {
        asked.push(host)
        return [
          { address: '127.0.0.2', family: 4 },
          { address: '169.254.169.254', family: 4 },
          { address: '127.0.0.1', family: 4 },
        ]
      },
    })
    expect((await fetchPage('http://shop.test/')).status).toBe(200)
    expect(asked).toEqual(['backend.internal'])
    expect(site.requests).toEqual(['shop.test/'])
  })

  it('is not fooled by a name whose second answer is private', async () => {
    const site = await startSite(pages({ '/': 'hello' }))
    const answers = ['127.0.0.1', '127.0.0.2']
    const { fetchPage } = reach(site.port, {
      connectTo: [{ host: '*.test', address: 'rebind.internal', port: site.port }],
      resolve: async () => [{ address: answers.shift() ?? '127.0.0.2', family: 4 }],
    })
    await fetchPage('http://a.test/')
    await expect(fetchPage('http://b.test/')).rejects.toMatchObject(blocked)
    expect(answers).toEqual([])
  })

  it('names an unreachable host and why', async () => {
    const { fetchPage } = reach(1)
    await expect(fetchPage('http://nobody.test/')).rejects.toMatchObject({
      code: 'SITE_UNREACHABLE',
      message: expect.stringMatching(/nobody\.test: connection refused \(ECONNREFUSED\)/),
    })
    const lost = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' })
    const unknown = reach(1, { ...closed, resolve: () => Promise.reject(lost) })
    await expect(unknown.fetchPage('http://unknown.example/')).rejects.toMatchObject({
      code: 'SITE_UNREACHABLE',
      message: expect.stringMatching(/unknown\.example: .*ENOTFOUND/),
    })
  })
})

describe('TLS through the gate', () => {
  it('asks for, and validates, the certificate of the host that was meant', async () => {
    const before = getCACertificates()
    onTestFinished(() => setDefaultCACertificates(before))
    setDefaultCACertificates([...before, pem('valid')])
    const site = await startSite(pages({ '/': 'hello' }), { key: pem('key'), cert: pem('valid') })
    const { fetchPage } = reach(site.port)
    expect(await fetchPage('https://secure.test/')).toMatchObject({ status: 200, url: 'https://secure.test/' })
    expect(site.requests).toEqual(['secure.test/'])
    await expect(fetchPage('https://other.test/')).rejects.toMatchObject({
      code: 'SITE_UNREACHABLE',
      message: expect.stringContaining('certificate for another host'),
    })
  })

  it.each([
    ['valid', 'https://secure.test/', 'self-signed certificate'],
    ['expired', 'https://expired.test/', 'certificate'],
  ])('refuses a certificate that is not to be trusted: %s', async (name, url, reason) => {
    const site = await startSite(pages({ '/': 'hello' }), { key: pem('key'), cert: pem(name) })
    await expect(reach(site.port).fetchPage(url)).rejects.toMatchObject({
      code: 'SITE_UNREACHABLE',
      message: expect.stringContaining(reason),
    })
    expect(site.requests).toEqual([])
  })
})
