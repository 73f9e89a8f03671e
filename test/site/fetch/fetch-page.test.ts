import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { pages, reach, startSite, startTcp } from '../loopback-site.ts'

const megabyte = 1024 * 1024
const zeros = Buffer.alloc(100 * megabyte)
const quickBrotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
const text = (body: Uint8Array) => Buffer.from(body).toString()

describe('what is asked and what comes back', () => {
  it('says who is asking, and answers with any status', async () => {
    let asked: NodeJS.Dict<string | string[]> = {}
    const site = await startSite((request, response) => {
      asked = request.headers
      response.writeHead(404, { 'content-type': 'text/plain', 'x-a': ['1', '2'] }).end('gone')
    })
    const page = await reach(site.port).fetchPage('http://shop.test/a?b=1#c')
    expect(page).toMatchObject({ requestedUrl: 'http://shop.test/a?b=1#c', url: 'http://shop.test/a?b=1', status: 404 })
    expect(page.headers['content-type']).toBe('text/plain')
    expect(text(page.body)).toBe('gone')
    expect(asked).toMatchObject({ host: 'shop.test', 'user-agent': 'Mozilla/5.0 (compatible; SondaBot/1.0)' })
  })

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['gzip, br', (body: Buffer) => brotliCompressSync(gzipSync(body))],
    ['gzip', (body: Buffer) => body],
    ['none-such', (body: Buffer) => body],
    ['gzip', (body: Buffer) => gzipSync(body).subarray(0, -8)],
  ])('undoes %s', async (encoding, compress) => {
    const sent = 'Olá, concreto! '.repeat(1000)
    const site = await startSite((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(compress(Buffer.from(sent)))
    })
    expect(text((await reach(site.port).fetchPage('http://shop.test/')).body)).toBe(sent)
  })

  it('calls a body that does not decompress by its name', async () => {
    const broken = gzipSync(Buffer.from('x'.repeat(1000)))
    broken.fill(0xff, 10, 20)
    const site = await startSite((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(broken)
    })
    await expect(reach(site.port).fetchPage('http://shop.test/')).rejects.toMatchObject({
      code: 'SITE_UNREACHABLE',
      message: expect.stringContaining('does not decompress (gzip)'),
    })
  })

  it('asks again when a kept connection turns out to be closed', async () => {
    let connections = 0
    const port = await startTcp((socket) => {
      connections += 1
      let answered = 0
      socket.on('data', () => {
        answered += 1
        if (answered === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
        else socket.destroy()
      })
    })
    const { fetchPage } = reach(port)
    expect(text((await fetchPage('http://shop.test/')).body)).toBe('ok')
    expect(text((await fetchPage('http://shop.test/')).body)).toBe('ok')
    expect(connections).toBe(2)
  })
})

describe('redirects', () => {
  it('are followed, relative ones too, and listed', async () => {
    const site = await startSite((request, response) => {
      if (request.url === '/') response.writeHead(301, { location: 'http://www.shop.test/inicio' }).end()
      else if (request.url === '/inicio') response.writeHead(302, { location: 'home?a=1#top' }).end('moved')
      else response.end('home')
    })
    expect(await reach(site.port).fetchPage('http://shop.test/')).toMatchObject({
      url: 'http://www.shop.test/home?a=1',
      status: 200,
      redirects: ['http://shop.test/', 'http://www.shop.test/inicio'],
    })
  })

  it.each([
    ['UTF-8', Buffer.from('/página').toString('latin1')],
    ['latin1', '/página'],
  ])('to an address with letters in %s, unescaped, lead there', async (_, location) => {
    const site = await startSite((request, response) => {
      if (request.url === '/') response.writeHead(302, { location }).end()
      else response.end('arrived')
    })
    expect((await reach(site.port).fetchPage('http://shop.test/')).url).toBe('http://shop.test/p%C3%A1gina')
  })

  it.each([
    'file:///etc/passwd',
    'ftp://shop.test/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:127.0.0.2]/',
    'http://2130706434/',
    'http://0x7f.2/',
    'http://0177.0.0.2/',
    'http://127.2/',
    'http://localhost.:22/',
    'http://user:secret@shop.test/',
    '//10.0.0.1/',
  ])('to %s is refused, and nothing is asked of it', async (location) => {
    const site = await startSite((_, response) => {
      response.writeHead(302, { location }).end()
    })
    await expect(reach(site.port).fetchPage('http://shop.test/')).rejects.toMatchObject({ code: 'SITE_BLOCKED' })
    expect(site.requests).toEqual(['shop.test/'])
  })

  it('to a name that resolves to a private address is refused', async () => {
    const site = await startSite((_, response) => {
      response.writeHead(302, { location: 'http://intranet.example/' }).end()
    })
    const { fetchPage } = reach(site.port, { resolve: async () => [{ address: '192.168.0.1', family: 4 }] })
    await expect(fetchPage('http://shop.test/')).rejects.toMatchObject({
      code: 'SITE_BLOCKED',
      message: expect.stringContaining('intranet.example'),
    })
  })

  it('in a circle end after the fifth', async () => {
    const site = await startSite((_, response) => {
      response.writeHead(302, { location: '/' }).end()
    })
    await expect(reach(site.port).fetchPage('http://shop.test/')).rejects.toMatchObject({
      code: 'SITE_TOO_MANY_REDIRECTS',
    })
    expect(site.requests).toHaveLength(6)
  })

  it('with a body that never ends keep no connection', async () => {
    let open = 0
    const site = await startSite((request, response) => {
      if (request.url === '/next') return void response.end('arrived')
      open += 1
      response
        .on('close', () => (open -= 1))
        .writeHead(302, { location: '/next' })
        .write('wait')
    })
    expect(text((await reach(site.port).fetchPage('http://shop.test/')).body)).toBe('arrived')
    await expect.poll(() => open).toBe(0)
  })

  it('can be refused by the caller before they are followed', async () => {
    const site = await startSite((_, response) => {
      response.writeHead(302, { location: '/next' }).end()
    })
    const beforeRequest = async (url: URL) => {
      if (url.pathname === '/next') throw new Error('not there')
      return {}
    }
    await expect(reach(site.port).fetchPage('http://shop.test/', { beforeRequest })).rejects.toThrow('not there')
    expect(site.requests).toEqual(['shop.test/'])
  })
})

describe('sizes', () => {
  it.each([
    ['gzip', gzipSync],
    ['br', (body: Buffer) => brotliCompressSync(body, quickBrotli)],
    ['zstd', zstdCompressSync],
    ['gzip, gzip', (body: Buffer) => gzipSync(gzipSync(body))],
  ])('a %s bomb stops at the limit, and takes no more memory than that', async (encoding, compress) => {
    const bomb = compress(zeros)
    const site = await startSite((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(bomb)
    })
    const { fetchPage } = reach(site.port)
    const before = process.memoryUsage.rss()
    await expect(fetchPage('http://bomb.test/')).rejects.toMatchObject({ code: 'SITE_TOO_LARGE' })
    expect(process.memoryUsage.rss() - before).toBeLessThan(48 * megabyte)
  })

  it('a body that never ends stops at the limit, and its connection is closed', async () => {
    let isClosed = false
    const site = await startSite((_, response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x')
      const more = () => {
        while (response.write(chunk));
      }
      response.on('drain', more).on('close', () => (isClosed = true))
      more()
    })
    await expect(reach(site.port).fetchPage('http://shop.test/')).rejects.toMatchObject({ code: 'SITE_TOO_LARGE' })
    await expect.poll(() => isClosed).toBe(true)
  })

  it.each(['gzip', 'identity'])('a longer body is cut where the caller wants its beginning: %s', async (encoding) => {
    const sent = Buffer.from('0123456789'.repeat(1000))
    const site = await startSite((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(encoding === 'gzip' ? gzipSync(sent) : sent)
    })
    const options = { maxBytes: 515, onTooLarge: 'truncate' as const }
    const { body } = await reach(site.port).fetchPage('http://shop.test/', options)
    expect(text(body)).toBe(sent.subarray(0, 515).toString())
  })

  it('headers that never end are given up', async () => {
    const port = await startTcp((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      const more = () => {
        while (socket.writable && socket.write(`x-filler: ${'a'.repeat(1000)}\r\n`));
      }
      socket.on('drain', more)
      more()
    })
    await expect(reach(port).fetchPage('http://shop.test/')).rejects.toMatchObject({ code: 'SITE_TOO_LARGE' })
  })
})

describe('times', () => {
  const late = { code: 'SITE_UNREACHABLE', message: expect.stringContaining('shop.test: took longer than allowed') }

  it('a server that never answers is left in time', async () => {
    const site = await startSite(() => {})
    await expect(reach(site.port, { timeoutMs: 300 }).fetchPage('http://shop.test/')).rejects.toMatchObject(late)
  })

  it('a server that sends a byte now and then is left in time, in headers and body', async () => {
    const drip = (start: string) =>
      startTcp((socket) => {
        socket.write(start)
        const timer = setInterval(() => socket.write('x'), 20)
        socket.on('close', () => clearInterval(timer))
      })
    for (const start of ['HTTP/1.1 200 OK\r\nx-', 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n']) {
      const { fetchPage } = reach(await drip(start), { timeoutMs: 300 })
      await expect(fetchPage('http://shop.test/')).rejects.toMatchObject(late)
    }
  })

  it('is counted over all redirects', async () => {
    const site = await startSite((_, response) => {
      setTimeout(() => response.writeHead(302, { location: '/' }).end(), 120)
    })
    const { fetchPage } = reach(site.port, { timeoutMs: 300, maxRedirects: 50 })
    await expect(fetchPage('http://shop.test/')).rejects.toMatchObject(late)
    expect(site.requests.length).toBeLessThanOrEqual(3)
  })

  it("the caller's abort comes back as its own reason", async () => {
    const site = await startSite(() => {})
    const { fetchPage } = reach(site.port)
    const reason = new Error('shutting down')
    const controller = new AbortController()
    const fetching = fetchPage('http://shop.test/', { signal: controller.signal })
    await Promise.all([
      expect(fetching).rejects.toBe(reason),
      expect
        .poll(() => site.requests)
        .toHaveLength(1)
        .then(() => controller.abort(reason)),
    ])
    await expect(fetchPage('http://shop.test/', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(site.requests).toHaveLength(1)
  })
})

it('asks one host at most twice at once, however many want it, redirects included', async () => {
  let running = 0
  let most = 0
  const site = await startSite((request, response) => {
    running += 1
    most = Math.max(most, running)
    setTimeout(() => {
      running -= 1
      if (request.url === '/old') response.writeHead(302, { location: 'http://www.shop.test/new' }).end()
      else response.end('hello')
    }, 10)
  })
  const { fetchPage, hostLimit } = reach(site.port)
  const urls = ['http://shop.test/', 'http://www.shop.test/old', 'http://shop.test./a', 'http://shop.test:443/']
  const fetches = Array.from({ length: 20 }, (_, index) => fetchPage(urls[index % urls.length]!))
  await Promise.all(fetches)
  expect(most).toBe(2)
  await expect.poll(() => hostLimit.size()).toBe(0)
})

it('the page of a host that is not busy does not wait for one that is', async () => {
  const site = await startSite((request, response) => {
    if (request.headers.host === 'quick.test') pages({ '/': 'quick' })(request, response)
  })
  const { fetchPage } = reach(site.port, { timeoutMs: 300 })
  const slow = [1, 2, 3].map(() => fetchPage('http://slow.test/').catch((error) => error))
  expect(text((await fetchPage('http://quick.test/')).body)).toBe('quick')
  await Promise.all(slow)
})
