import { expect, it } from 'vitest'
import { article, crawl, menu, pathsOf, readerOn, startSite } from './loopback-site.ts'

const bodies: Record<string, string> = {
  '/': article('Início') + menu('/sobre', '/contato', '/quebrada', '/produtos', '/clientes'),
  '/sobre': article('Sobre'),
  '/contato': article('Contato'),
  '/produtos': article('Produtos') + menu('/produtos/um'),
  '/produtos/um': article('Um'),
  '/clientes': article('Clientes'),
  '/escondida': article('Escondida'),
}

/** A site that notes which of its paths are asked for. */
async function noted({ sitemap = false } = {}) {
  const asked: string[] = []
  const site = await startSite((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    if (path === '/robots.txt' && sitemap) return void response.end('Sitemap: http://shop.test/mapa.xml')
    if (path === '/mapa.xml')
      return void response.end('<urlset><url><loc>http://shop.test/escondida</loc></url></urlset>')
    const body = bodies[path]
    response.writeHead(body ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' }).end(body)
  })
  return { ...site, asked, pages: () => asked.filter((path) => path !== '/robots.txt' && path !== '/sitemap.xml') }
}

it('a reading that is enough begins no other page', async () => {
  const site = await noted()
  const reader = readerOn(site.port)
  const first = await reader.readSite('http://shop.test', { ...crawl, isEnough: () => true })
  expect(pathsOf(first.pages)).toEqual(['/'])
  expect(site.pages()).toEqual(['/'])
  expect(first.endedBy).toBe('max_pages')

  const soFar: number[] = []
  const two = await reader.readSite('http://shop.test', {
    ...crawl,
    isEnough({ pages, homeUrl }) {
      expect(homeUrl).toBe(first.homeUrl)
      soFar.push(pages.length)
      return pages.length >= 2
    },
  })
  expect(soFar.slice(0, 2)).toEqual([1, 2])
  // One more may have been under way.
  expect(two.pages.length).toBeLessThanOrEqual(3)
})

it('a reading that is resumed comes to the same pages, and asks for none of them again', async () => {
  const whole = await readerOn((await noted()).port).readSite('http://shop.test', crawl)

  const site = await noted()
  const reader = readerOn(site.port)
  const first = await reader.readSite('http://shop.test', { ...crawl, maxPages: 3, isEnough: () => false })
  expect(first.pages).toHaveLength(3)
  const rest = await reader.readSite(first.homeUrl, { ...crawl, resumed: first })
  expect(rest.pages.slice(0, 3)).toEqual(first.pages)
  expect(pathsOf(rest.pages).toSorted()).toEqual(pathsOf(whole.pages).toSorted())
  expect(pathsOf(rest.skipped)).toEqual(pathsOf(whole.skipped))
  expect(new Set(site.pages()).size).toBe(site.pages().length)
  expect(rest.endedBy).toBe('all_read')
})

it('a site map that robots.txt names waits for the reading that goes on', async () => {
  const site = await noted({ sitemap: true })
  const reader = readerOn(site.port)
  const first = await reader.readSite('http://shop.test', { ...crawl, maxPages: 2, isEnough: () => false })
  expect(site.asked).not.toContain('/mapa.xml')
  const rest = await reader.readSite(first.homeUrl, { ...crawl, resumed: first })
  expect(pathsOf(rest.pages)).toContain('/escondida')
})
