import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { pages, reach, startSite } from './loopback-site.ts'

const pem = (name: string) => readFileSync(new URL(`./fixtures/${name}.pem`, import.meta.url), 'utf8')
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
