import { expect, it } from 'vitest'
import { article, crawl, menu, pathsOf, readerOn, startSite } from './loopback-site.ts'

type Version = { etag?: string; 'last-modified'?: string; body: string }

/** A site that answers 304 to who names the version that is there, and counts the bodies it sends. */
async function versioned(byPath: Record<string, Version>) {
  const sent: string[] = []
  const conditional: string[] = []
  const site = await startSite((request, response) => {
    const path = request.url ?? ''
    const version = byPath[path]
    if (!version) return void response.writeHead(404).end()
    const { body, ...headers } = version
    const { 'if-none-match': etag, 'if-modified-since': since } = request.headers
    if (etag ?? since) conditional.push(path)
    if (etag ? etag === headers.etag : since !== undefined && since === headers['last-modified']) {
      return void response.writeHead(304, headers).end()
    }
    sent.push(path)
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(body)
  })
  return { ...site, byPath, sent, conditional }
}

const date = 'Mon, 02 Nov 2026 10:00:00 GMT'
const world = () =>
  versioned({
    '/': { etag: '"home-1"', body: `${article('Início')}${menu('/menu')}<iframe src="/quadro"></iframe>` },
    '/quadro': { 'last-modified': date, body: article('Quadro') },
    '/menu': { etag: 'W/"m"', 'last-modified': date, body: article('Menu') + menu('/sobre', '/nova') },
    '/sobre': { body: `${article('Sobre')}<p>CNPJ 11.222.333/0001-81` },
    '/nova': { etag: '"n"', body: article('Nova') },
  })

it('pages that have not changed are taken from what is known, their links and frames too', async () => {
  const site = await world()
  const reader = readerOn(site.port)
  const first = await reader.readSite('http://shop.test', crawl)
  site.sent.length = 0
  const second = await reader.readSite('http://shop.test', { ...crawl, known: first.pages })
  expect(site.sent).toEqual(['/sobre'])
  expect(pathsOf(second.pages).toSorted()).toEqual(pathsOf(first.pages).toSorted())
  for (const page of first.pages) {
    const again = second.pages.find(({ url }) => url === page.url)
    const bytes = page.url.endsWith('/sobre') ? page.bytes : 0
    expect(again).toEqual({ ...page, bytes, fetchedAt: again?.fetchedAt })
    expect(again!.fetchedAt >= page.fetchedAt).toBe(true)
  }
})

it('a page that has changed is read as it is now', async () => {
  const site = await world()
  const reader = readerOn(site.port)
  const { pages } = await reader.readSite('http://shop.test', crawl)
  site.byPath['/menu'] = { etag: '"m2"', 'last-modified': date, body: article('Menu novo') + menu('/nova') }
  const again = await reader.readSite('http://shop.test', { ...crawl, known: pages })
  expect(again.pages.find(({ url }) => url.endsWith('/menu'))?.title).toBe('Menu novo')
  expect(pathsOf(again.pages)).not.toContain('/sobre')
})

it('what was kept without its links is asked for as if it were new', async () => {
  const site = await world()
  const reader = readerOn(site.port)
  const { pages } = await reader.readSite('http://shop.test', crawl)
  site.conditional.length = 0
  const known = pages.map(({ links: _links, frames: _frames, ...page }) => page)
  expect((await reader.readSite('http://shop.test', { ...crawl, known })).pages).toHaveLength(5)
  expect(site.conditional).toEqual([])
})

it('304 to a question that was not asked is a refusal', async () => {
  const site = await startSite((_, response) => void response.writeHead(304).end())
  await expect(readerOn(site.port).readSite('http://shop.test', crawl)).rejects.toMatchObject({ code: 'SITE_REFUSED' })
})

it.each([
  ['a tab', '"line\tbreak"'],
  ['thousands of letters', `"${'x'.repeat(5_000)}"`],
  ['accents', '"ção"'],
])('an ETag that does not fit a header is forgotten: %s', async (_, etag) => {
  const site = await startSite((request, response) => {
    const headers = { 'content-type': 'text/html', etag: Buffer.from(etag).toString('latin1') }
    response.writeHead(request.url === '/' ? 200 : 404, headers).end(article('Início'))
  })
  const { pages } = await readerOn(site.port).readSite('http://shop.test', crawl)
  expect(pages).toMatchObject([{ etag: null }])
})
