import { expect, test } from 'vitest'
import type { Company } from '../../../src/kinds/discovery/company.ts'
import type { Looked } from '../../../src/kinds/discovery/look-at.ts'
import { sharedPages } from '../../../src/kinds/discovery/shared-pages.ts'

const company: Company = {
  cnpj: '11222333000181',
  names: ['Doces da Mazé'],
  municipio: 'Niterói',
  uf: 'RJ',
  logradouro: null,
  numero: null,
  cep: null,
  phones: [],
  email: null,
  activity: null,
}
const out = (because: string, url: string, title: string, more: Partial<Looked> = {}) =>
  ({ outcome: 'ruled_out', origin: 'search', because, url, title, ...more }) as Looked
const instagram = 'https://www.instagram.com/docesdamaze'

test('a profile that bears the name is reported, in one form, and not as proven', () => {
  const looked = [out('social', 'https://instagram.com/docesdamaze/?hl=pt', 'Doces da Mazé (@docesdamaze)')]
  expect(sharedPages(looked, company)).toEqual([
    { url: instagram, kind: 'social', is_proven: false, quote: 'Doces da Mazé (@docesdamaze)' },
  ])
})

test.each([
  ['a profile of another name', out('social', 'https://instagram.com/x/', 'Salgados da Zezé')],
  ['a post', out('social', 'https://www.instagram.com/p/Cabc123/', 'Doces da Mazé')],
  ['a marketplace’s first page', out('marketplace', 'https://shopee.com.br/', 'Doces da Mazé')],
  ['a directory’s page', out('directory', 'https://cnpj.biz/1', 'Doces da Mazé')],
])('%s is not', (_what, looked) => expect(sharedPages([looked], company)).toEqual([]))

test('a name of one word needs its city beside it', () => {
  const mazé = { ...company, names: ['Mazé'] }
  const profile = (snippet: string) => out('social', instagram, 'Mazé', { snippet })
  expect(sharedPages([profile('Moda em Recife')], mazé)).toEqual([])
  expect(sharedPages([profile('Confeitaria em Niterói')], mazé)).toHaveLength(1)
})

test('a shop page on a marketplace is reported, and a profile that the caller gave', () => {
  const shop = out('marketplace', 'https://shopee.com.br/docesdamaze', 'Doces da Mazé, loja oficial')
  const given = out('social', instagram, '', { origin: 'given' })
  expect(sharedPages([shop, given], company)).toMatchObject([
    { url: 'https://shopee.com.br/docesdamaze', kind: 'marketplace' },
    { url: instagram, kind: 'social' },
  ])
})

test('a page on a shared host was read, and says itself whether it is the company’s', () => {
  const read = (standing: string, nature: string) =>
    ({
      outcome: 'read',
      origin: 'search',
      url: 'https://maze.negocio.site/',
      verdict: {
        standing,
        nature,
        reasons: [
          { points: -5, quote: 'x' },
          { points: 40, quote: 'Mazé, (21) 2222-1111' },
        ],
      },
    }) as unknown as Looked
  expect(sharedPages([read('proven', 'shared_page')], company)).toEqual([
    { url: 'https://maze.negocio.site/', kind: 'shared_host', is_proven: true, quote: 'Mazé, (21) 2222-1111' },
  ])
  expect(sharedPages([read('possible', 'shared_page')], company)).toMatchObject([{ is_proven: false }])
  expect(sharedPages([read('rejected', 'shared_page'), read('possible', 'own')], company)).toEqual([])
})
