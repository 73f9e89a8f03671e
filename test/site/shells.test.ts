import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/errors.ts'
import type { RenderPage } from '../../src/site/render-page.ts'
import { article, crawl, menu, pages, pathsOf, readerOn, startSite } from './loopback-site.ts'

const shell = readFileSync(new URL('fixtures/shell.html', import.meta.url), 'utf8')
const host = 'http://shop.test'

/** A browser that shows these documents by path, and remembers what it was asked for. */
function browserOf(byPath: Record<string, string>) {
  const rendered: string[] = []
  const render: RenderPage = async (url) => {
    const { pathname } = new URL(url)
    rendered.push(pathname)
    return { url, html: byPath[pathname] ?? '' }
  }
  return { rendered, render }
}

describe('a page that says nothing without its scripts', () => {
  it('is read as a browser shows it, links and facts too; the others are not rendered', async () => {
    const site = await startSite(pages({ '/': shell, '/sobre': shell, '/contato': article('Contato') }))
    const { render, rendered } = browserOf({
      '/': article('Início') + menu('/sobre', '/contato'),
      '/sobre': `${article('Sobre')}<p>CNPJ 11.222.333/0001-81`,
    })
    const reading = await readerOn(site.port, { render }).readSite(host, crawl)
    expect(Object.fromEntries(reading.pages.map((page) => [new URL(page.url).pathname, page.rendered]))).toEqual({
      '/': 'yes',
      '/sobre': 'yes',
      '/contato': 'no',
    })
    expect(rendered.toSorted()).toEqual(['/', '/sobre'])
    expect(reading.pages.find(({ title }) => title === 'Sobre')?.facts.cnpjs[0]?.value).toBe('11222333000181')
    expect(reading.notes).toEqual([])
  })

  it('is kept as it is where there is no browser, which is not asked for twice, and the reading says so', async () => {
    const site = await startSite(pages({ '/': shell + menu('/a', '/b'), '/a': shell, '/b': article('B') }))
    let asked = 0
    const render: RenderPage = async () => {
      asked += 1
      throw new Failure('BROWSER_UNAVAILABLE')
    }
    for (const reader of [
      readerOn(site.port, { render }),
      readerOn(site.port, { render: null }),
      readerOn(site.port),
    ]) {
      const { pages, notes } = await reader.readSite(host, crawl)
      expect(pages[0]).toMatchObject({ title: 'Padaria Lua Cheia', rendered: 'unavailable' })
      expect(notes).toEqual([{ code: 'BROWSER_UNAVAILABLE', pages: 2 }])
    }
    expect(asked).toBe(1)
  })

  it.each([
    ['fails', async () => Promise.reject(new Failure('SITE_UNREACHABLE', 'It did not load.'))],
    ['breaks', async () => Promise.reject(new TypeError('lost'))],
    ['shows no web page', async () => ({ url: 'chrome-error://chromewebdata/', html: 'x' })],
  ])('is kept as it is when the browser %s on it', async (_, render: RenderPage) => {
    const site = await startSite(pages({ '/': shell }))
    const reading = await readerOn(site.port, { render }).readSite(host, crawl)
    expect(reading.pages).toMatchObject([{ title: 'Padaria Lua Cheia', rendered: 'failed' }])
    expect(reading.notes).toEqual([{ code: 'BROWSER_FAILED', pages: 1 }])
  })

  it('is kept as it is when time runs out while it is rendered', async () => {
    const site = await startSite(pages({ '/': article('Início') + menu('/app', '/b', '/c'), '/app': shell }))
    const render: RenderPage = () => new Promise(() => {})
    const started = performance.now()
    const reading = await readerOn(site.port, { render }).readSite(host, { ...crawl, deadlineMs: 500 })
    expect(performance.now() - started).toBeLessThan(3_000)
    expect(pathsOf(reading.pages)).toEqual(['/', '/app'])
    expect(reading.pages[1]?.rendered).toBe('failed')
  })

  it("gives way to the caller's abort, as its own reason", async () => {
    const site = await startSite(pages({ '/': shell }))
    const controller = new AbortController()
    const render: RenderPage = () => {
      controller.abort('shutting down')
      return new Promise(() => {})
    }
    const reading = readerOn(site.port, { render }).readSite(host, { ...crawl, signal: controller.signal })
    await expect(reading).rejects.toBe('shutting down')
  })

  it('is skipped when its scripts lead to another site, or to a page that was read', async () => {
    const site = await startSite(
      pages({ '/': article('Início') + menu('/away', '/back', '/x'), '/away': shell, '/back': shell }),
    )
    const render: RenderPage = async (url) =>
      url.endsWith('/away')
        ? { url: 'http://other.test/', html: article('Outro') }
        : { url: `${host}/#voltou`, html: article('Início') }
    const reading = await readerOn(site.port, { render }).readSite(host, crawl)
    expect(pathsOf(reading.pages)).toEqual(['/'])
    expect(reading.skipped).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ url: `${host}/away`, code: 'OFF_SITE' }),
        expect.objectContaining({ url: `${host}/back`, code: 'DUPLICATE' }),
      ]),
    )
  })

  it('is not shown when its scripts lead to where robots.txt does not let us', async () => {
    const site = await startSite((request, response) => {
      if (request.url === '/robots.txt') response.end('User-agent: *\nDisallow: /secret')
      else pages({ '/': article('Início') + menu('/app', '/b', '/c'), '/app': shell })(request, response)
    })
    const render: RenderPage = async () => ({ url: `${host}/secret/a`, html: article('Segredo') })
    const reading = await readerOn(site.port, { render }).readSite(host, crawl)
    expect(pathsOf(reading.pages)).toEqual(['/'])
    expect(reading.skipped[0]).toMatchObject({ url: `${host}/app`, code: 'SITE_DISALLOWED' })
  })

  it('may be the first page and lead to another site by script, as by a redirect', async () => {
    const site = await startSite(pages({ '/': shell, '/sobre': article('Sobre') }))
    const render: RenderPage = async () => ({ url: 'http://new.test/', html: article('Novo') + menu('/sobre') })
    const reading = await readerOn(site.port, { render }).readSite(host, crawl)
    expect(reading.homeUrl).toBe('http://new.test/')
    expect(reading.pages.map(({ url }) => url)).toEqual(['http://new.test/', 'http://new.test/sobre'])
  })

  it('has no ETag, since what its scripts bring may change while it does not', async () => {
    const site = await startSite((request, response) => {
      if (request.url !== '/') return void response.writeHead(404).end()
      response.writeHead(200, { 'content-type': 'text/html', etag: '"1"' }).end(shell)
    })
    const { render } = browserOf({ '/': article('Início') })
    const reading = await readerOn(site.port, { render }).readSite(host, crawl)
    expect(reading.pages).toMatchObject([{ rendered: 'yes', etag: null }])
  })
})

it('no more pages are rendered than are wanted', async () => {
  const byPath = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`/p${index}`, shell]))
  const site = await startSite(pages({ ...byPath, '/': article('Início') + menu(...Object.keys(byPath)) }))
  // All alike, so that none but the first is kept.
  const { render, rendered } = browserOf(
    Object.fromEntries(Object.keys(byPath).map((path) => [path, article('Igual')])),
  )
  await readerOn(site.port, { render }).readSite(host, { ...crawl, maxPages: 4 })
  expect(rendered).toHaveLength(4)
})
