import { expect, it } from 'vitest'
import { parseSitemap } from '../../src/site/parse-sitemap.ts'

const parse = (xml: string, maxUrls = 100) => parseSitemap(xml, { maxUrls })
const urls = (...locations: string[]) => locations.map((each) => `<url><loc>${each}</loc></url>`).join('')

it('lists the pages of a sitemap, entities and CDATA undone, images left out', () => {
  const image = '<image:image><image:loc>http://shop.test/foto.jpg</image:loc></image:image>'
  expect(
    parse(
      `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <url><loc>
        http://shop.test/a?x=1&amp;y=2
      </loc><lastmod>2026-01-01</lastmod>${image}</url><url><loc><![CDATA[http://shop.test/b]]></loc></url></urlset>`,
    ),
  ).toEqual({ pages: ['http://shop.test/a?x=1&y=2', 'http://shop.test/b'], sitemaps: [] })
})

it('lists the sitemaps of an index, with a namespace prefix too', () => {
  const index = '<sm:sitemapindex><sm:sitemap><sm:loc>http://shop.test/a.xml</sm:loc></sm:sitemap></sm:sitemapindex>'
  expect(parse(index)).toEqual({ pages: [], sitemaps: ['http://shop.test/a.xml'] })
})

it('takes from a file that is cut short what stands before the cut', () => {
  expect(parse(`<urlset>${urls('http://shop.test/a')}<url><loc>http://shop.te`).pages).toEqual(['http://shop.test/a'])
})

it.each(['', 'not xml', '<!doctype html><p>404 <a href="/">loc</a>', '<urlset><url><loc></loc></url></urlset>'])(
  'finds nothing in %j',
  (text) => expect(parse(text)).toEqual({ pages: [], sitemaps: [] }),
)

it('stops at as many as are wanted', () => {
  const many = urls(...Array.from({ length: 5_000 }, (_, index) => `http://shop.test/${index}`))
  expect(parse(`<urlset>${many}</urlset>`, 10).pages).toHaveLength(10)
})

it('a megabyte of nested elements takes no time', () => {
  const started = performance.now()
  parse(`<urlset>${'<a>'.repeat(200_000)}${'</b>'.repeat(100_000)}`)
  expect(performance.now() - started).toBeLessThan(3_000)
})
