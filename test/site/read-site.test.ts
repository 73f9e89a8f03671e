import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { startUrlVariants } from '../../src/site/read-home.ts'
import { article, crawl as defaults, menu, pages, pathsOf, readerOn, startSite } from './loopback-site.ts'

describe('what is read', () => {
  it('the first page, then the best links, each page once', async () => {
    const links = menu(
      '/blog',
      '/x',
      '/sobre',
      '/sobre/#time',
      '/sobre?utm_source=a',
      '/index.html',
      '/contato',
      '/foto.jpg',
    )
    const site = await startSite(
      pages({
        '/': article('Início') + links,
        '/sobre': `${article('Sobre')}<p>CNPJ 11.222.333/0001-81 ${links}`,
        '/contato': article('Contato') + links,
        '/x': article('X') + links,
        '/blog': article('Blog') + menu('/depois'),
        '/depois': article('Depois'),
      }),
    )
    const progress: object[] = []
    const reading = await readerOn(site.port).readSite('http://shop.test', {
      ...defaults,
      onProgress: (each) => progress.push(each),
    })
    expect(reading).toMatchObject({ homeUrl: 'http://shop.test/', endedBy: 'all_read', skipped: [] })
    expect(pathsOf(reading.pages)).toEqual(
      expect.arrayContaining(['/', '/sobre', '/contato', '/x', '/blog', '/depois']),
    )
    expect(reading.pages).toHaveLength(6)
    expect(site.requests.slice(0, 4)).toEqual(
      ['/robots.txt', '/', '/sobre', '/contato'].map((path) => `shop.test${path}`),
    )
    expect(site.requests).toHaveLength(7)
    expect(reading.pages.find(({ title }) => title === 'Sobre')?.facts.cnpjs[0]?.value).toBe('11222333000181')
    expect(progress[0]).toEqual({ pagesRead: 1, pagesPlanned: 5, url: 'http://shop.test/' })
    expect(progress.at(-1)).toMatchObject({ pagesRead: 6, pagesPlanned: 6 })
  })

  it('no more than the pages asked for, and the best of them', async () => {
    const byPath = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`/p${index}`, article(`P${index}`)]))
    byPath['/contato'] = article('Contato')
    const site = await startSite(pages({ ...byPath, '/': article('Início') + menu(...Object.keys(byPath)) }))
    const reading = await readerOn(site.port).readSite('http://shop.test', { ...defaults, maxPages: 3 })
    expect(reading.endedBy).toBe('max_pages')
    expect(pathsOf(reading.pages).toSorted()).toEqual(['/', '/contato', '/p0'])
  })

  it('the frames of a frameset before any link', async () => {
    const frames = '<frame src="menu.htm"><frame src="corpo.htm"><frame src="http://ads.example/">'
    const site = await startSite(
      pages({
        '/': `<frameset>${frames}<noframes>${menu('/sobre', '/contato')}</noframes></frameset>${menu('/sobre')}`,
        '/menu.htm': menu('/sobre'),
        '/corpo.htm': article('Corpo'),
        '/sobre': article('Sobre'),
      }),
    )
    const reading = await readerOn(site.port).readSite('http://shop.test', { ...defaults, maxPages: 3 })
    expect(pathsOf(reading.pages).toSorted()).toEqual(['/', '/corpo.htm', '/menu.htm'])
    expect((await readerOn(site.port).readSite('http://shop.test', defaults)).pages).toHaveLength(4)
  })

  it('the page that the first one refreshes to, before any link', async () => {
    const site = await startSite(
      pages({
        '/': `<meta http-equiv="Refresh" content="0; URL=inicio.htm">${menu('/sobre')}`,
        '/inicio.htm': article('Início'),
        '/sobre': article('Sobre'),
      }),
    )
    const reading = await readerOn(site.port).readSite('http://shop.test', { ...defaults, maxPages: 2 })
    expect(pathsOf(reading.pages)).toEqual(['/', '/inicio.htm'])
  })

  it('a text is cut at its limit', async () => {
    const site = await startSite(pages({ '/': `<p>${'palavra '.repeat(50_000)}` }))
    const { pages: read } = await readerOn(site.port).readSite('http://shop.test', defaults)
    expect(read[0]?.text.length).toBe(200_000)
    expect(read[0]?.bytes).toBe(400_003)
  })

  it('at most two pages of a host at once', async () => {
    let running = 0
    let most = 0
    const byPath = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`/p${index}`, article(`P${index}`)]))
    byPath['/'] = menu(...Object.keys(byPath))
    const site = await startSite((request, response) => {
      running += 1
      most = Math.max(most, running)
      setTimeout(() => {
        running -= 1
        pages(byPath)(request, response)
      }, 10)
    })
    const reader = readerOn(site.port)
    const readings = [1, 2, 3].map(() => reader.readSite('http://shop.test', { ...defaults, maxPages: 20 }))
    for (const reading of await Promise.all(readings)) expect(reading.pages).toHaveLength(13)
    expect(most).toBe(2)
  })
})

describe('what is skipped, with its reason', () => {
  it('pages that fail, are no pages, are disallowed, lead elsewhere, or say the same again', async () => {
    const html = { 'content-type': 'text/html' }
    const answers: Record<string, RequestListener> = {
      '/robots.txt': (_, response) => response.end('User-agent: *\nDisallow: /secret'),
      '/': (_, response) =>
        response
          .writeHead(200, html)
          .end(
            menu(
              '/gone',
              '/broken',
              '/file',
              '/fake.html',
              '/secret/a',
              '/away',
              '/to-secret',
              '/to-home',
              '/one',
              '/two',
            ),
          ),
      '/broken': (_, response) => response.writeHead(500).end(),
      '/file': (_, response) => response.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF-1.7'),
      '/fake.html': (_, response) => response.writeHead(200, html).end('%PDF-1.7'),
      '/away': (_, response) => response.writeHead(302, { location: 'http://other.test/' }).end(),
      '/to-secret': (_, response) => response.writeHead(302, { location: '/secret/b' }).end(),
      '/to-home': (_, response) => response.writeHead(302, { location: '/?utm_source=x' }).end(),
      '/one': (_, response) => response.writeHead(200, html).end(article('Igual')),
      '/two': (_, response) => response.writeHead(200, html).end(article('Igual')),
    }
    const site = await startSite((request, response) => {
      const answer = answers[request.url ?? '']
      if (answer) answer(request, response)
      else response.writeHead(404).end()
    })
    const reading = await readerOn(site.port).readSite('http://shop.test', { ...defaults, maxPages: 20 })
    expect(Object.fromEntries(reading.skipped.map(({ url, code }) => [new URL(url).pathname, code]))).toEqual({
      '/gone': 'SITE_REFUSED',
      '/broken': 'SITE_UNREACHABLE',
      '/file': 'SITE_NOT_HTML',
      '/fake.html': 'SITE_NOT_HTML',
      '/secret/a': 'SITE_DISALLOWED',
      '/away': 'OFF_SITE',
      '/to-secret': 'SITE_DISALLOWED',
      '/to-home': 'DUPLICATE',
      '/two': 'DUPLICATE',
    })
    expect(pathsOf(reading.pages)).toEqual(['/', '/one'])
    expect(site.requests.filter((request) => /secret\/|other|utm/.test(request))).toEqual([])
  })

  it('a site of broken links is left after a bounded number of tries', async () => {
    const links = menu(...Array.from({ length: 500 }, (_, index) => `/p${index}`))
    const site = await startSite(pages({ '/': links }))
    const reading = await readerOn(site.port).readSite('http://shop.test', { ...defaults, maxPages: 5 })
    expect(reading.endedBy).toBe('max_pages')
    expect(site.requests).toHaveLength(2 + 15)
  })
})

describe('the first page', () => {
  it('is looked for at the other scheme, and with or without www', async () => {
    const site = await startSite(pages({ '/': article('Início') }))
    expect((await readerOn(site.port).readSite('shop.test', defaults)).homeUrl).toBe('http://shop.test/')
    const onlyWww = readerOn(site.port, {
      connectTo: [{ host: 'www.shop.test', address: '127.0.0.1', port: site.port }],
    })
    expect((await onlyWww.readSite('https://shop.test/a/../', defaults)).homeUrl).toBe('http://www.shop.test/')
    expect(startUrlVariants('http://www.shop.com.br/loja')).toEqual([
      'http://www.shop.com.br/loja',
      'https://www.shop.com.br/loja',
      'http://shop.com.br/loja',
      'https://shop.com.br/loja',
    ])
    expect(startUrlVariants('https://loja.shop.com.br')).toHaveLength(2)
  })

  it('may lie on another site than the address given, whose links then count', async () => {
    const site = await startSite((request, response) => {
      if (request.headers.host === 'old.test') response.writeHead(301, { location: 'http://new.test/' }).end()
      else pages({ '/': menu('/sobre', 'http://old.test/contato'), '/sobre': article('Sobre') })(request, response)
    })
    const reading = await readerOn(site.port).readSite('http://old.test', defaults)
    expect(reading).toMatchObject({ startUrl: 'http://old.test', homeUrl: 'http://new.test/' })
    expect(reading.pages.map(({ url }) => url)).toEqual(['http://new.test/', 'http://new.test/sobre'])
  })

  it.each([
    [404, {}, { code: 'SITE_REFUSED', message: expect.stringContaining('404') }],
    [403, {}, { code: 'SITE_REFUSED' }],
    [503, { 'retry-after': '120' }, { code: 'SITE_UNREACHABLE', retryAfterMs: 120_000 }],
    [429, {}, { code: 'SITE_UNREACHABLE', retryAfterMs: 60_000 }],
    [200, { 'content-type': 'application/pdf' }, { code: 'SITE_NOT_HTML' }],
    [200, { 'content-type': 'image/png' }, { code: 'SITE_NOT_HTML' }],
  ])('that answers %i %j fails by its reason', async (status, headers, failure) => {
    const site = await startSite((request, response) => {
      if (request.url === '/robots.txt') response.writeHead(404).end()
      else response.writeHead(status, headers).end('hello')
    })
    await expect(readerOn(site.port).readSite('http://shop.test', defaults)).rejects.toMatchObject(failure)
  })

  it('that robots.txt disallows is not asked for', async () => {
    const site = await startSite((_, response) => void response.end('User-agent: SondaBot\nDisallow: /'))
    await expect(readerOn(site.port).readSite('http://shop.test', defaults)).rejects.toMatchObject({
      code: 'SITE_DISALLOWED',
    })
    expect(site.requests).toEqual(['shop.test/robots.txt'])
  })

  it('of a host whose robots.txt is broken may be tried later', async () => {
    const site = await startSite((_, response) => void response.writeHead(500).end())
    await expect(readerOn(site.port).readSite('http://shop.test', defaults)).rejects.toMatchObject({
      code: 'SITE_UNREACHABLE',
    })
    expect(new Set(site.requests.map((request) => request.split('/')[1]))).toEqual(new Set(['robots.txt']))
  })

  it.each(['http://169.254.169.254/', 'file:///etc/passwd', 'ftp://shop.test', 'localhost', 'http://shop.test:8100/'])(
    'at %s is blocked',
    async (url) => {
      const reader = readerOn(1, { allowCidrs: [] })
      await expect(reader.readSite(url, defaults)).rejects.toMatchObject({ code: 'SITE_BLOCKED' })
    },
  )
})

describe('when time runs out', () => {
  const home = (request: Parameters<RequestListener>[0], response: Parameters<RequestListener>[1]) => {
    const isQuick = request.url === '/' || request.url === '/robots.txt'
    if (isQuick) pages({ '/': menu('/a', '/b', '/c') })(request, response)
  }

  it('what was read counts', async () => {
    const site = await startSite(home)
    const reading = await readerOn(site.port).readSite('http://shop.test', { ...defaults, deadlineMs: 500 })
    expect(reading).toMatchObject({ endedBy: 'deadline', skipped: [] })
    expect(pathsOf(reading.pages)).toEqual(['/'])
  })

  it('before the first page, the site did not answer', async () => {
    const site = await startSite(() => {})
    const reading = readerOn(site.port).readSite('http://shop.test', { ...defaults, deadlineMs: 200 })
    await expect(reading).rejects.toMatchObject({ code: 'SITE_UNREACHABLE' })
  })

  it("the caller's abort is thrown as its own reason, also with pages read", async () => {
    const site = await startSite(home)
    const controller = new AbortController()
    const reading = readerOn(site.port).readSite('http://shop.test', { ...defaults, signal: controller.signal })
    await Promise.all([
      expect(reading).rejects.toBe('shutting down'),
      expect
        .poll(() => site.requests)
        .toContain('shop.test/a')
        .then(() => controller.abort('shutting down')),
    ])
  })
})
