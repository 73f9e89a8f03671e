import type { RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { article, crawl, menu, pathsOf, readerOn, startSite } from './loopback-site.ts'

const host = 'http://shop.test'
const urlset = (...paths: string[]) =>
  `<urlset>${paths.map((path) => `<url><loc>${new URL(path, host)}</loc></url>`).join('')}</urlset>`
const index = (...paths: string[]) =>
  `<sitemapindex>${paths.map((path) => `<sitemap><loc>${new URL(path, host)}</loc></sitemap>`).join('')}</sitemapindex>`

/** Serves bodies by path: what ends in .xml or .gz, and robots.txt, as that, the rest as HTML. */
const files =
  (byPath: Record<string, string | Buffer>): RequestListener =>
  (request, response) => {
    const path = request.url ?? ''
    const body = byPath[path]
    const type = /\.xml$/.test(path) ? 'application/xml' : /\.gz$/.test(path) ? 'application/gzip' : 'text/html'
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': path === '/robots.txt' ? 'text/plain' : type })
    response.end(body ?? 'not found')
  }
const asked = (requests: string[]) => requests.filter((each) => /xml|gz/.test(each)).map((each) => each.slice(9))

it('those that robots.txt names are read, through two levels of indexes, gzipped or not', async () => {
  const site = await startSite(
    files({
      '/robots.txt': `Sitemap: ${host}/map.xml\n`,
      '/map.xml': index('/deep.xml', '/packed.xml.gz'),
      '/deep.xml': index('/deepest.xml'),
      '/deepest.xml': index('/too-deep.xml') + urlset('/sobre'),
      '/too-deep.xml': urlset('/nunca'),
      '/packed.xml.gz': gzipSync(urlset('/contato')),
      '/': article('Início'),
      '/sobre': article('Sobre'),
      '/contato': article('Contato'),
    }),
  )
  const reading = await readerOn(site.port).readSite(host, crawl)
  expect(pathsOf(reading.pages).toSorted()).toEqual(['/', '/contato', '/sobre'])
  expect(asked(site.requests).toSorted()).toEqual(['/deep.xml', '/deepest.xml', '/map.xml', '/packed.xml.gz'])
  expect(reading).toMatchObject({ endedBy: 'all_read', skipped: [] })
})

it('/sitemap.xml is asked for when the first page leads to few others, and only then', async () => {
  const byPath = {
    '/sitemap.xml': urlset('/sobre', '/login', 'http://other.test/contato', '/folder.pdf'),
    '/sobre': article('Sobre'),
  }
  const poor = await startSite(files({ ...byPath, '/': article('Início') + menu('/blog/1', '/blog/2', '/blog/3') }))
  const linked = Object.fromEntries(['/a', '/b', '/c'].map((path) => [path, article(path)]))
  const rich = await startSite(files({ ...byPath, ...linked, '/': article('Início') + menu(...Object.keys(linked)) }))
  expect(pathsOf((await readerOn(poor.port).readSite(host, crawl)).pages)).toContain('/sobre')
  expect(asked(poor.requests)).toEqual(['/sitemap.xml'])
  expect((await readerOn(rich.port).readSite(host, crawl)).pages).toHaveLength(4)
  expect(asked(rich.requests)).toEqual([])
})

it('addresses that are not whole, as they are to be, are read as in the file that names them', async () => {
  const site = await startSite(
    files({
      '/robots.txt': `Sitemap: ${host}/mapas/index.xml\n`,
      '/mapas/index.xml': '<sitemapindex><sitemap><loc>um.xml</loc></sitemap></sitemapindex>',
      '/mapas/um.xml': '<urlset><url><loc>/sobre</loc></url><url><loc>//www.shop.test/contato</loc></url></urlset>',
      '/': article('Início'),
      '/sobre': article('Sobre'),
      '/contato': article('Contato'),
    }),
  )
  const reading = await readerOn(site.port).readSite(host, crawl)
  expect(pathsOf(reading.pages).toSorted()).toEqual(['/', '/contato', '/sobre'])
})

it('a page that is linked comes before one that only the sitemap names', async () => {
  const site = await startSite(
    files({
      '/robots.txt': `Sitemap: ${host}/map.xml\n`,
      '/map.xml': urlset('/produtos/a', '/produtos/b'),
      '/': article('Início') + menu('/produtos/c'),
      ...Object.fromEntries(['a', 'b', 'c'].map((name) => [`/produtos/${name}`, article(name)])),
    }),
  )
  const { pages } = await readerOn(site.port).readSite(host, { ...crawl, maxPages: 2 })
  expect(pathsOf(pages)).toEqual(['/', '/produtos/c'])
})

it('pages come before posts where an index has more files than are read', async () => {
  const posts = Array.from({ length: 20 }, (_, number) => `/post-sitemap${number}.xml`)
  const site = await startSite(
    files({
      '/robots.txt': `Sitemap: ${host}/map.xml\n`,
      '/map.xml': index(...posts, '/page-sitemap.xml'),
      '/page-sitemap.xml': urlset('/quem-somos'),
      '/': article('Início'),
      '/quem-somos': article('Quem somos'),
    }),
  )
  const { pages } = await readerOn(site.port).readSite(host, crawl)
  expect(pathsOf(pages)).toEqual(['/', '/quem-somos'])
  expect(asked(site.requests)).toHaveLength(5)
  expect(asked(site.requests)[1]).toBe('/page-sitemap.xml')
})

it('files of other sites, and those that robots.txt disallows, are not asked for', async () => {
  const site = await startSite((request, response) => {
    if (request.url === '/away.xml') response.writeHead(302, { location: 'http://other.test/stolen.xml' }).end()
    else
      files({
        '/robots.txt': `User-agent: *\nDisallow: /private\nSitemap: http://other.test/map.xml
Sitemap: ${host}/private.xml\nSitemap: ${host}/away.xml\nSitemap: http://169.254.169.254/map.xml`,
        '/': article('Início'),
      })(request, response)
  })
  expect((await readerOn(site.port).readSite(host, crawl)).pages).toHaveLength(1)
  expect(asked(site.requests)).toEqual(['/away.xml'])
})

it('an endless or exploding sitemap, and one that lists everything, cost no more than their share', async () => {
  const many = Array.from({ length: 30_000 }, (_, number) => `/p/${number}`)
  const site = await startSite(
    files({
      '/robots.txt': `Sitemap: ${host}/loop.xml\nSitemap: ${host}/bomb.gz\nSitemap: ${host}/many.xml`,
      '/loop.xml': index('/loop.xml', '/loop.xml?again'),
      '/bomb.gz': gzipSync(Buffer.alloc(200 * 1024 * 1024)),
      '/many.xml': urlset(...many),
      '/': article('Início'),
      '/p/0': article('P'),
    }),
  )
  const before = process.memoryUsage.rss()
  const reading = await readerOn(site.port).readSite(host, { ...crawl, maxPages: 2 })
  expect(pathsOf(reading.pages)).toEqual(['/', '/p/0'])
  expect(process.memoryUsage.rss() - before).toBeLessThan(96 * 1024 * 1024)
})
