import { describe, expect, it } from 'vitest'
import { article, crawl, menu, pages, pathsOf, readerOn, startSite } from './loopback-site.ts'

const canonical = (url: string) => `<link rel="canonical" href="${url}">`

describe('a page is read once', () => {
  it('under all the addresses that differ in nothing', async () => {
    const links = [
      'http://www.shop.test/sobre/',
      'https://shop.test/sobre',
      '/sobre/index.html',
      '/sobre/index.php',
      '/sobre/default.asp',
      '/sobre?utm_source=x&gclid=1',
      '/sobre?fbclid=2#topo',
      '/sobre?gad_source=1&srsltid=3',
      '/default.asp',
      '/INDEX.php',
    ]
    const any = pages({ '/': article('Início') + menu(...links, '/x', '/y', '/z') })
    const site = await startSite((request, response) => {
      if (request.url === '/') any(request, response)
      else response.writeHead(200, { 'content-type': 'text/html' }).end(article(`Página ${request.url}`))
    })
    const reading = await readerOn(site.port).readSite('http://shop.test', crawl)
    expect(reading.pages).toHaveLength(5)
    expect(site.requests.filter((request) => !request.endsWith('/robots.txt'))).toHaveLength(5)
  })

  it('when it is another name of one that was read, or will be', async () => {
    const site = await startSite(
      pages({
        '/': `${article('Início')}${menu('/sobre?v=1', '/contato', '/contato2', '/a', '/b')}`,
        '/sobre?v=1': `${canonical('/sobre')}${article('Sobre')}${menu('/sobre')}`,
        '/sobre': `${canonical('/sobre')}${article('Sobre, outra vez')}`,
        '/contato': article('Contato'),
        '/contato2': `${canonical('http://www.shop.test/contato/')}${article('Contato, impresso')}`,
        '/a': article('A'),
        '/b': article('B'),
      }),
    )
    const reading = await readerOn(site.port).readSite('http://shop.test', crawl)
    expect(pathsOf(reading.pages).toSorted()).toEqual(['/', '/a', '/b', '/contato', '/sobre?v=1'])
    expect(reading.skipped).toMatchObject([{ url: 'http://shop.test/contato2', code: 'DUPLICATE' }])
    expect(site.requests).not.toContain('shop.test/sobre')
  })
})

it('a site that answers any address with the same excuse, and 200, has it read once', async () => {
  const excuse = (path: string) => `${article('Página não encontrada')}<p>Não há ${path} aqui.</p>`
  const site = await startSite((request, response) => {
    const path = request.url ?? ''
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(path === '/' ? article('Início') + menu('/sobre', '/contato', '/promo?id=1') : excuse(path))
  })
  const reading = await readerOn(site.port).readSite('http://shop.test', crawl)
  expect(reading.pages.map(({ title }) => title)).toEqual(['Início', 'Página não encontrada'])
  expect(reading.skipped.map(({ code }) => code)).toEqual(['DUPLICATE', 'DUPLICATE'])
})

describe('a canonical address is not believed', () => {
  it('of the first page that names another: that one is read as well', async () => {
    const site = await startSite(
      pages({
        '/': canonical('/contato') + article('Início') + menu('/contato'),
        '/contato': article('Contato'),
      }),
    )
    const reading = await readerOn(site.port).readSite('http://shop.test', crawl)
    expect(pathsOf(reading.pages).toSorted()).toEqual(['/', '/contato'])
  })

  it.each([
    ['on another site', 'http://template.test/sobre'],
    ['that makes every page the first one', 'http://shop.test/'],
    ['that makes every page another one', 'http://shop.test/sobre'],
    ['that is no address', 'http://['],
    ['that is not on the web', 'mailto:a@shop.test'],
  ])('%s', async (_, url) => {
    const of = (title: string) => canonical(url) + article(title)
    const site = await startSite(
      pages({ '/': of('Início') + menu('/sobre', '/contato', '/x'), '/sobre': of('Sobre'), '/contato': of('Contato') }),
    )
    const reading = await readerOn(site.port).readSite('http://shop.test', crawl)
    expect(pathsOf(reading.pages).toSorted()).toEqual(['/', '/contato', '/sobre'])
  })
})
