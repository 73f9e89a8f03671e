import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadPages, storePages } from '../../src/kinds/stored-pages.ts'
import type { ReadPage } from '../../src/site/read-page.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const page = (url: string, more: Partial<ReadPage> = {}): ReadPage => ({
  url,
  title: 'Título',
  description: null,
  language: 'pt-BR',
  text: 'Palavras',
  facts: { cnpjs: [], phones: [], emails: [], whatsapps: [], socials: [], postalCodes: [], addresses: [] },
  page: { siteName: null, jsonLd: [], metadata: {}, canonical: null },
  links: [],
  frames: [],
  etag: null,
  lastModified: null,
  rendered: 'no',
  bytes: 100,
  fetchedAt: '2026-11-23T00:00:00.000Z',
  ...more,
})

test('pages come back in their order, with what it takes to ask whether they have changed', async () => {
  const home = page('http://www.shop.test/', {
    etag: 'W/"1"',
    lastModified: 'Mon, 02 Nov 2026 10:00:00 GMT',
    links: [{ url: 'http://www.shop.test/sobre', text: 'Sobre nós' }],
    frames: ['http://www.shop.test/menu'],
  })
  const about = page('http://www.shop.test/a-empresa')
  await storePages(database.sql, 'http://www.shop.test/', [home, about])
  const kept = ({ bytes: _bytes, rendered: _rendered, ...rest }: ReadPage) => rest
  expect(await loadPages(database.sql, 'https://shop.test/contato')).toEqual([kept(home), kept(about)])
})

test('what was read anew replaces what was kept', async () => {
  const url = 'http://other.test/'
  await storePages(database.sql, url, [page(url, { etag: '"1"' }), page(`${url}gone`)])
  await storePages(database.sql, url, [page(url, { title: 'Novo' })])
  expect(await loadPages(database.sql, url)).toMatchObject([{ title: 'Novo', etag: null }])
})

test('a page that was kept without its links comes back without them', async () => {
  const url = 'http://older.test/'
  await storePages(database.sql, url, [page(url)])
  await database.sql`update pages set links = null, frames = null, etag = null, last_modified = null where url = ${url}`
  const [kept] = await loadPages(database.sql, url)
  expect(kept).toMatchObject({ url, etag: null, lastModified: null })
  expect(kept).not.toHaveProperty('links')
})

test.each([0, null])(
  'a page that another version of the extraction read (%s) is not asked about, but for',
  async (version) => {
    const url = 'http://version.test/'
    const lastModified = 'Mon, 02 Nov 2026 10:00:00 GMT'
    await storePages(database.sql, url, [page(url, { etag: '"1"', lastModified })])
    expect(await loadPages(database.sql, url)).toMatchObject([{ etag: '"1"', lastModified }])
    await database.sql`update pages set extraction_version = ${version} where url = ${url}`
    expect(await loadPages(database.sql, url)).toMatchObject([
      { url, text: 'Palavras', etag: null, lastModified: null },
    ])
    await storePages(database.sql, url, [page(url, { etag: '"2"' })])
    expect(await loadPages(database.sql, url)).toMatchObject([{ etag: '"2"' }])
  },
)

test('links and an ETag that Postgres cannot hold as they are do not lose the page', async () => {
  const url = 'http://odd.test/'
  await storePages(database.sql, url, [page(url, { links: [{ url, text: 'a\u0000b\ud800' }] })])
  expect((await loadPages(database.sql, url))[0]?.links).toEqual([{ url, text: 'ab\ufffd' }])
})
