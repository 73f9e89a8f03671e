import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { article, crawl, menu, pages, pathsOf, readerOn, startSite, startTcp } from './loopback-site.ts'

const megabyte = 1024 * 1024
const html = 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n'
const answer = (body: string) => `${html}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const redirect = (location: string) => `HTTP/1.1 302 Found\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`
const notFound = 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n'

/** A server that answers with bytes: as `byPath` says, and 404 otherwise. */
const startRaw = (byPath: Record<string, string | ((socket: Socket) => void)>) =>
  startTcp((socket) => {
    socket.on('data', (data) => {
      const path = /^GET (\S+)/.exec(data.toString('latin1'))?.[1] ?? ''
      const does = byPath[path] ?? notFound
      if (typeof does === 'string') socket.write(does)
      else does(socket)
    })
  })

/** Writes as fast as the other side takes it, until that closes. */
function pour(head: string, chunk: Buffer): (socket: Socket) => void {
  return (socket) => {
    const more = () => {
      while (socket.writable && socket.write(chunk));
    }
    socket.on('drain', more)
    socket.write(head)
    more()
  }
}

function drip(head: string): (socket: Socket) => void {
  return (socket) => {
    socket.write(head)
    const timer = setInterval(() => socket.write('x'), 50)
    socket.on('close', () => clearInterval(timer))
  }
}

// A hundred megabytes of words; gzip members may follow each other, so that a hundred of these are ten gigabytes.
const gzipMember = gzipSync(Buffer.alloc(100 * megabyte, 'Panela de barro. '))

describe('one hostile page costs its own time and no more, and says why it was left', () => {
  it.each<[string, string, string | ((socket: Socket) => void)]>([
    ['hangs before its headers', 'SITE_UNREACHABLE', () => {}],
    ['sends a byte now and then', 'SITE_UNREACHABLE', drip(`${html}content-length: 100000\r\n\r\n`)],
    ['sends its headers a byte now and then', 'SITE_UNREACHABLE', drip('HTTP/1.1 200 OK\r\nx-')],
    ['has endless headers', 'SITE_TOO_LARGE', pour('HTTP/1.1 200 OK\r\n', Buffer.from(`x-f: ${'a'.repeat(900)}\r\n`))],
    ['redirects to itself', 'SITE_TOO_MANY_REDIRECTS', redirect('/hostile')],
    ['redirects to a file', 'SITE_BLOCKED', redirect('file:///etc/passwd')],
    ['redirects to the metadata service', 'SITE_BLOCKED', redirect('http://169.254.169.254/latest/')],
    ['redirects to a mapped address', 'SITE_BLOCKED', redirect('http://[::ffff:127.0.0.2]/')],
    ['redirects to a number', 'SITE_BLOCKED', redirect('http://2130706434/')],
    ['is a PDF by its bytes', 'SITE_NOT_HTML', answer('%PDF-1.7 ...')],
    [
      'promises more than it sends',
      'SITE_UNREACHABLE',
      (socket) => socket.end(`${html}content-length: 9999\r\n\r\n<p>`),
    ],
    ['closes at once', 'SITE_UNREACHABLE', (socket) => socket.destroy()],
    ['is not HTTP', 'SITE_UNREACHABLE', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
  ])('a page that %s: %s', async (_, code, hostile) => {
    const port = await startRaw({
      '/': answer(article('Início') + menu('/hostile', '/sobre', '/contato')),
      '/sobre': answer(article('Sobre')),
      '/contato': answer(article('Contato')),
      '/hostile': hostile,
    })
    const before = process.memoryUsage.rss()
    const started = performance.now()
    const reading = await readerOn(port, { timeoutMs: 500 }).readSite('http://shop.test', crawl)
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * megabyte)
    expect(pathsOf(reading.pages).toSorted()).toEqual(['/', '/contato', '/sobre'])
    expect(reading.skipped).toEqual([{ url: 'http://shop.test/hostile', code, detail: expect.any(String) }])
  })

  it('a page that sends more than it promised is read as long as promised, and spoils no other', async () => {
    const port = await startRaw({
      '/': answer(menu('/longer', '/sobre', '/contato')),
      '/longer': `${html}content-length: 9\r\n\r\n<p>Olá</pHTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nbad`,
      '/sobre': answer(article('Sobre')),
      '/contato': answer(article('Contato')),
    })
    const reading = await readerOn(port, { timeoutMs: 500 }).readSite('http://shop.test', crawl)
    expect(pathsOf(reading.pages)).toEqual(expect.arrayContaining(['/', '/sobre', '/contato']))
    expect(reading.pages.filter(({ text }) => text.includes('bad'))).toEqual([])
  })
})

describe('a page longer than is read is cut there, home page or not, within bounded time and memory', () => {
  const words = Buffer.from('Panela de barro. '.repeat(4_000))
  const head = article('Início') + menu('/sobre', '/contato', '/longa')
  const chunk = (bytes: Buffer) =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
  it.each<[string, (start: string) => (socket: Socket) => void]>([
    ['ten gigabytes', (start) => pour(`${html}content-length: 10737418240\r\n\r\n${start}`, words)],
    [
      'ten gigabytes, gzipped',
      (start) => (socket) => {
        socket.write(`${html}content-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n`)
        socket.write(chunk(gzipSync(start)))
        pour('', chunk(gzipMember))(socket)
      },
    ],
  ])('%s', async (_, hostile) => {
    for (const long of ['/', '/longa']) {
      const port = await startRaw({
        '/': answer(head),
        '/sobre': answer(article('Sobre')),
        '/contato': answer(article('Contato')),
        '/longa': notFound,
        [long]: hostile(long === '/' ? head : article('Longa')),
      })
      const before = process.memoryUsage.rss()
      const started = performance.now()
      const reading = await readerOn(port).readSite('http://shop.test', crawl)
      expect(performance.now() - started).toBeLessThan(12_000)
      expect(process.memoryUsage.rss() - before).toBeLessThan(128 * megabyte)
      expect(pathsOf(reading.pages).toSorted()).toEqual(['/', '/contato', ...(long === '/' ? [] : [long]), '/sobre'])
      const cut = reading.pages.filter(({ isCut }) => isCut)
      expect(cut).toMatchObject([{ url: `http://shop.test${long}`, bytes: 5 * megabyte }])
      expect(cut[0]?.text).toContain('Panela de barro.')
      expect(reading.notes).toEqual([{ code: 'PAGE_CUT', pages: 1 }])
    }
  })
})

it('a page that is cut in the middle of a word does not say half of it, nor read its letters wrong', async () => {
  const page = (rest: string) => `${'<p>Promoção de verão. </p>'.repeat(20)}<p>Fim: vendas@panela.com${rest}`
  const whole = page('.br</p>')
  const limit = Buffer.byteLength(page(''))
  const site = await startSite((request, response) => {
    response.writeHead(request.url === '/robots.txt' ? 404 : 200, { 'content-type': 'text/html', etag: '"1"' })
    response.end(request.url === '/letra' ? 'ação '.repeat(limit) : whole)
  })
  const reader = readerOn(site.port, { maxBytes: limit })
  const { pages: read } = await reader.readSite('http://shop.test', { ...crawl, maxPages: 1 })
  expect(read).toMatchObject([{ isCut: true, bytes: limit, facts: { emails: [] }, etag: null }])
  expect(read[0]?.text.endsWith('Promoção de verão.\n\nFim:')).toBe(true)
  for (const maxBytes of [limit, limit + 1, limit + 2, limit + 3]) {
    const letters = await readerOn(site.port, { maxBytes }).readSite('http://shop.test/letra', {
      ...crawl,
      maxPages: 1,
    })
    expect(new Set(letters.pages[0]?.text.split(' '))).toEqual(new Set(['ação']))
  }
})

it('a site with a certificate that is no good says so', async () => {
  const pem = (name: string) => readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url))
  const { port } = await startSite(pages({ '/': 'never' }), { key: pem('key'), cert: pem('expired') })
  await expect(readerOn(port).readSite('https://expired.test', crawl)).rejects.toMatchObject({
    code: 'SITE_UNREACHABLE',
    message: expect.stringContaining('certificate'),
  })
})

it.each([
  ['its path', (day: number) => `/reservas/dia-${day}`],
  ['a parameter that is known', (day: number) => `/reservas?dia=${day}`],
  ['a parameter that is not', (day: number) => `/reservas?quando=${day}`],
])('a calendar without end, each day in %s, takes no page from those that count', async (_, dayUrl) => {
  const site = await startSite((request, response) => {
    const path = request.url ?? ''
    const day = Number(/(\d+)$/.exec(path)?.[1] ?? 0)
    const days = menu(...Array.from({ length: 31 }, (_, index) => dayUrl(day * 31 + index + 1)))
    const menus = menu('/sobre', '/contato', '/produtos', '/servicos')
    response.writeHead(path === '/robots.txt' ? 404 : 200, { 'content-type': 'text/html' })
    response.end(article(`Página ${path}`) + days + menus)
  })
  const reading = await readerOn(site.port).readSite('http://shop.test', crawl)
  expect(pathsOf(reading.pages)).toEqual(expect.arrayContaining(['/sobre', '/contato', '/produtos', '/servicos']))
  expect(reading.pages.length).toBeLessThanOrEqual(crawl.maxPages)
  expect(site.requests.length).toBeLessThanOrEqual(crawl.maxPages + 2)
})

// About a second's work each on an idle core; a quadratic step would take minutes.
it('a hundred thousand links are chosen from quickly', async () => {
  const links = menu('/sobre', ...Array.from({ length: 100_000 }, (_, index) => `/p-${index}`))
  const site = await startSite(pages({ '/': links, '/sobre': article('Sobre') }))
  const started = performance.now()
  const reading = await readerOn(site.port).readSite('http://shop.test', { maxPages: 2, deadlineMs: 15_000 })
  expect(performance.now() - started).toBeLessThan(12_000)
  expect(pathsOf(reading.pages)).toEqual(['/', '/sobre'])
  expect(reading.pages[0]?.links.length).toBeLessThanOrEqual(300)
})

it('five megabytes of nested elements do not hold the process', async () => {
  const nested = '<div>'.repeat((5 * megabyte) / 5 - 100)
  const site = await startSite(pages({ '/': article('Início') + menu('/fundo', '/b', '/c'), '/fundo': nested }))
  const started = performance.now()
  const reading = await readerOn(site.port).readSite('http://shop.test', { ...crawl, deadlineMs: 15_000 })
  expect(performance.now() - started).toBeLessThan(12_000)
  expect(pathsOf(reading.pages)).toEqual(['/', '/fundo'])
})
