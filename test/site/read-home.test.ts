import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/errors.ts'
import { readHome } from '../../src/site/read-home.ts'
import { createSiteReader } from '../../src/site/read-site.ts'
import { createRobots } from '../../src/site/robots.ts'
import { article, crawl, menu, pages, reach, readerOn, startSite } from './loopback-site.ts'

const { signal } = new AbortController()

it('what is no failure of the site comes out as it is, whatever failed before', async () => {
  const bug = new TypeError('undefined is not a function')
  const readAt = async (url: string) => {
    if (url.startsWith('https:')) throw new Failure('SITE_UNREACHABLE', 'It refused the connection.')
    throw bug
  }
  await expect(readHome('shop.test', readAt, signal)).rejects.toBe(bug)
})

it('a bug while the first page is read comes out as it is, also when time has run out meanwhile', async () => {
  const site = await startSite(pages({ '/': article('Início') }))
  const { fetchPage } = reach(site.port)
  const robots = createRobots({ fetchPage, userAgentToken: 'SondaBot' })
  const bug = new TypeError('undefined is not a function')
  const reader = createSiteReader({
    robots,
    async fetchPage(_, { signal } = {}) {
      await new Promise((done) => signal?.addEventListener('abort', done, { once: true }))
      throw bug
    },
  })
  await expect(reader.readSite('http://shop.test', { ...crawl, deadlineMs: 100 })).rejects.toBe(bug)
})

it('when time runs out at another address, the failure is that of the one that was given', async () => {
  const silent = await startSite(() => {})
  const reader = readerOn(silent.port, {
    connectTo: [{ host: 'www.shop.test', address: '127.0.0.1', port: silent.port }],
    resolve: async () => [],
  })
  const reading = reader.readSite('http://shop.test', { ...crawl, deadlineMs: 300 })
  await expect(reading).rejects.toMatchObject({ code: 'SITE_BLOCKED' })
})

const website = article('Início') + article('Sobre nós') + menu('/sobre', '/contato', '/produtos')

it('is looked for under the other names when the server does not know the one given', async () => {
  const site = await startSite((request, response) => {
    if (request.headers.host === 'www.shop.test') pages({ '/': website })(request, response)
    else response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>Forbidden</h1>')
  })
  const reading = await readerOn(site.port).readSite('http://shop.test', { ...crawl, maxPages: 1 })
  expect(reading.homeUrl).toBe('http://www.shop.test/')
})

it('an inner page that is refused is not looked for elsewhere', async () => {
  const site = await startSite((_, response) => void response.writeHead(404).end())
  const reading = readerOn(site.port).readSite('http://shop.test/empresa/1', crawl)
  await expect(reading).rejects.toMatchObject({ code: 'SITE_REFUSED' })
  expect(site.requests).toEqual(['shop.test/robots.txt', 'shop.test/empresa/1'])
})

it('a first page that calls itself missing and is the website all the same is read, and asked for whole each time', async () => {
  const site = await startSite((request, response) => {
    if (request.url === '/contato') pages({ '/contato': article('Contato') })(request, response)
    else response.writeHead(404, { 'content-type': 'text/html', etag: '"1"' }).end(website)
  })
  const reading = await readerOn(site.port).readSite('http://shop.test', crawl)
  expect(reading.pages.map(({ url }) => url)).toEqual(['http://shop.test/', 'http://shop.test/contato'])
  expect(reading.pages[0]?.etag).toBeNull()
  expect(reading.skipped.map(({ code }) => code)).toEqual(['SITE_REFUSED', 'SITE_REFUSED'])
})

it.each([
  ['of a few words', '<h1>Página não encontrada</h1>'],
  ['that leads nowhere', article('Não encontrada') + article('Talvez')],
])('an error page %s is no first page', async (_, body) => {
  const site = await startSite((_, response) => void response.writeHead(404, { 'content-type': 'text/html' }).end(body))
  await expect(readerOn(site.port).readSite('http://shop.test', crawl)).rejects.toMatchObject({ code: 'SITE_REFUSED' })
})

describe('a first page that only sends its readers elsewhere is not the first page', () => {
  const to = 'http://novo.test/'
  it.each<[string, Record<string, string>, string]>([
    ['by a refresh', {}, `<meta http-equiv="refresh" content="0; url=${to}">`],
    ['by a Refresh header', { refresh: `0; url=${to}` }, 'Mudamos.'],
    ['in a frameset that shows another site', {}, `<frameset rows="100%,*"><frame src="${to}"></frameset>`],
  ])('%s', async (_, headers, body) => {
    const site = await startSite((request, response) => {
      if (request.headers.host === 'novo.test') pages({ '/': website })(request, response)
      else response.writeHead(request.url === '/' ? 200 : 404, { 'content-type': 'text/html', ...headers }).end(body)
    })
    const reading = await readerOn(site.port).readSite('http://velho.test', { ...crawl, maxPages: 1 })
    expect(reading.homeUrl).toBe(to)
  })

  it.each([
    ['that says something itself', `<meta http-equiv="refresh" content="0; url=${to}">${website}`],
    ['that shows a map', `<h1>Visite-nos</h1><iframe src="${to}"></iframe>`],
    ['that leads to what is no website', '<meta http-equiv="refresh" content="0; url=mailto:a@novo.test">Olá'],
  ])('but one is %s', async (_, body) => {
    const site = await startSite(pages({ '/': body }))
    const reading = await readerOn(site.port).readSite('http://velho.test', { ...crawl, maxPages: 1 })
    expect(reading.homeUrl).toBe('http://velho.test/')
  })

  it('where that never ends, it ends', async () => {
    const site = await startSite((request, response) => {
      const [, number = 0] = /^s(\d+)/.exec(request.headers.host ?? '') ?? []
      const next = `http://s${Number(number) + 1}.test/`
      pages({ '/': `<meta http-equiv="refresh" content="0; url=${next}">` })(request, response)
    })
    const reading = await readerOn(site.port).readSite('http://s0.test', crawl)
    expect(reading.homeUrl).toBe('http://s2.test/')
  })

  it('an inner page that does is left out, as one that redirects', async () => {
    const away = `<meta http-equiv="refresh" content="0; url=${to}">`
    const site = await startSite(pages({ '/': website, '/sobre': away }))
    const reading = await readerOn(site.port).readSite('http://velho.test', crawl)
    expect(reading.skipped[0]).toMatchObject({ url: 'http://velho.test/sobre', code: 'OFF_SITE' })
    expect(site.requests.filter((request) => request.startsWith('novo.test'))).toEqual([])
  })
})

it('an address may be pasted with white space around it', async () => {
  const site = await startSite(pages({ '/': website }))
  const reading = await readerOn(site.port).readSite(' http://shop.test\n', { ...crawl, maxPages: 1 })
  expect(reading.homeUrl).toBe('http://shop.test/')
})
