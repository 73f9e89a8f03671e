import { expect, it } from 'vitest'
import { article, crawl, menu, pages, pathsOf, readerOn, startSite } from './loopback-site.ts'

const cnpj = '<p>Ateliê Pedra Azul Ltda., CNPJ 11.222.333/0001-81</p>'
const link = (path: string, text: string) => `<a href="${path}">${text}</a> `
const series = (count: number, one: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => one(index))

/** A shop with forty services and forty posts on every page, and the given pages besides. */
function shop(byPath: Record<string, string>) {
  const crowd =
    series(40, (index) => link(`/servicos/conserto-${index}`, `Serviço de conserto ${index}`)).join('') +
    series(40, (index) => link(`/blog/dica-${index}`, `Dica ${index}`)).join('')
  const all = Object.fromEntries(
    series(40, (index) => `/servicos/conserto-${index}`).map((path) => [path, article(path)]),
  )
  return pages(Object.fromEntries(Object.entries({ ...all, ...byPath }).map(([path, html]) => [path, html + crowd])))
}

it.each<[string, string[], string[]?]>([
  ['Portuguese', ['/institucional', '/atendimento', '/documentos', '/politica-de-privacidade']],
  [
    'Portuguese, by the texts of links',
    ['/p/1', '/p/2', '/p/3', '/p/4'],
    ['A empresa', 'Fale conosco', 'Ajuda', 'LGPD'],
  ],
  ['English', ['/company', '/support', '/legal', '/privacy-policy']],
  ['Spanish', ['/quienes-somos', '/contacto', '/ayuda', '/aviso-legal']],
])(
  'a CNPJ that only the small print shows, four links away, is found within twelve pages: %s',
  async (_, chain, texts) => {
    const byPath = Object.fromEntries(
      ['/', ...chain].map((path, index) => {
        const next = chain[index]
        return [path, article(path) + (next ? link(next, texts?.[index] ?? next) : cnpj)]
      }),
    )
    const site = await startSite(shop(byPath))
    const reading = await readerOn(site.port).readSite('http://shop.test', { ...crawl, maxPages: 12 })
    expect(reading.pages.flatMap(({ facts }) => facts.cnpjs.map(({ value }) => value))).toContain('11222333000181')
  },
)

const products = series(20, (index) => link(`/linha-${index}`, 'Produtos')).join('')
const linesOfProducts = Object.fromEntries(
  series(20, (index) => `/linha-${index}`).map((path) => [path, article(path)]),
)

it.each<[string, string, string[]]>([
  ['no page has shown a CNPJ, the last two pages are those where it stands', '', ['/privacidade', '/termos']],
  ['a CNPJ has been seen, the best pages are read to the end', cnpj, []],
])('where %s', async (_, footer, expected) => {
  const home = article('Início') + footer + products + menu('/privacidade', '/termos')
  const site = await startSite(
    pages({ '/': home, ...linesOfProducts, '/privacidade': article('Privacidade'), '/termos': article('Termos') }),
  )
  const reading = await readerOn(site.port).readSite('http://shop.test', { ...crawl, maxPages: 6 })
  expect(reading.pages).toHaveLength(6)
  expect(pathsOf(reading.pages).filter((path) => !/^\/(linha.*)?$/.test(path))).toEqual(expected)
})

it('a page found late is read although the first page had more links than can wait', async () => {
  const many = menu(...series(3_000, (index) => `/item-${index}`))
  const site = await startSite(
    pages({
      '/': article('Início') + link('/sobre', 'Sobre') + many,
      '/sobre': article('Sobre') + link('/lgpd', 'LGPD'),
      '/lgpd': cnpj,
    }),
  )
  const reading = await readerOn(site.port).readSite('http://shop.test', { ...crawl, maxPages: 3 })
  expect(pathsOf(reading.pages)).toEqual(expect.arrayContaining(['/sobre', '/lgpd']))
})
