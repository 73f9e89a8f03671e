import { describe, expect, test } from 'vitest'
import {
  bearsName,
  type Candidate,
  candidatesAtHand,
  candidatesFound,
  candidatesGuessed,
  lineUp,
} from '../../../src/kinds/discovery/candidates.ts'
import type { Company } from '../../../src/kinds/discovery/company.ts'

const company: Company = {
  cnpj: '11222333000181',
  names: ['Guarani Tornos', 'TORNEARIA GUARANI DO IGUACU LTDA'],
  municipio: 'CASCAVEL',
  uf: 'PR',
  logradouro: null,
  numero: null,
  cep: null,
  phones: [],
  email: null,
  activity: null,
}
const searched = (...urls: string[]): Candidate[] => urls.map((url) => ({ url, origin: 'search' }))
const line = (offered: Candidate[], { seen = new Set<string>(), most = 10, of = company } = {}) => {
  const { candidates, ruledOut } = lineUp(offered, of, { seen, most })
  return { read: candidates.map(({ url }) => url), out: ruledOut.map(({ url, because }) => `${because} ${url}`) }
}

describe('what is at hand', () => {
  test('the given website, the one found before, then the domain of the e-mail', () => {
    expect(
      candidatesAtHand(
        { given: 'http://given.test/a', stored: 'http://old.test/' },
        { ...company, email: 'vendas@guarani.ind.br' },
      ),
    ).toEqual([
      { url: 'http://given.test/a', origin: 'given' },
      { url: 'http://old.test/', origin: 'stored' },
      { url: 'http://guarani.ind.br/', origin: 'email_domain' },
    ])
  })

  test.each(['a@gmail.com', 'a@uol.com.br', 'fiscal@silvacontabil.com.br', 'legal@contadores.net'])(
    '%s says nothing of a website',
    (email) => expect(candidatesAtHand({}, { ...company, email })).toEqual([]),
  )

  test.each(['>', '|', '%', '[', ':99999', ':80', '/x', '?', '#'])(
    'an address that ends in %s is left alone',
    (slip) => {
      const email = `vendas@guarani.ind.br${slip}`
      expect(candidatesAtHand({ given: 'http://given.test/' }, { ...company, email })).toHaveLength(1)
    },
  )
})

test('of what a search found, what the engine itself believes comes first, then hosts that bear the name', () => {
  const hit = (url: string, position: number, more = {}) => ({ url, position, title: '', snippet: '', ...more })
  const results = [
    hit('https://jornal.test/', 1),
    hit('https://www.guaranitornos.com.br/', 2),
    hit('https://guarani.test/', 0, { isKnowledgeGraph: true }),
    hit('https://outro.test/', 3),
  ]
  expect(candidatesFound(results, company).map(({ url }) => url)).toEqual([
    'https://guarani.test/',
    'https://www.guaranitornos.com.br/',
    'https://jornal.test/',
    'https://outro.test/',
  ])
})

describe('guessed domains', () => {
  test('are few, and made of the names without what the law adds', () => {
    expect(candidatesGuessed(company).map(({ url }) => url)).toEqual([
      'http://guaranitornos.com.br/',
      'http://torneariaguaraniiguacu.com.br/',
      'http://guaranitornos.com/',
      'http://torneariaguaraniiguacu.com/',
    ])
  })

  test('have no number of a person in them, and are valid names', () => {
    const names = ['JOAO DA SILVA 12345678909', 'X'.repeat(80), 'Zé', 'São João & Cia']
    expect(candidatesGuessed({ ...company, names }).map(({ url }) => url)).toEqual([
      'http://joaosilva.com.br/',
      'http://saojoao.com.br/',
      'http://joaosilva.com/',
      'http://saojoao.com/',
    ])
  })
})

describe('the line-up', () => {
  test('a site stands in it once, by its first page, over all queries', () => {
    const seen = new Set<string>()
    expect(line(searched('https://loja.a.com.br/x?y=1', 'http://www.a.com.br/'), { seen }).read).toEqual([
      'https://loja.a.com.br/',
    ])
    expect(line(searched('http://a.com.br/sobre', 'http://b.com.br/c'), { seen }).read).toEqual(['http://b.com.br/'])
  })

  test('another host of a seen site, and a folder that bears the name, are kept for when the site is not it', () => {
    const within = (...urls: string[]) => lineUp(searched(...urls), company, { seen: new Set(), most: 10 }).within
    expect(
      within('http://www.grupo.com.br/', 'http://tornos.grupo.com.br/contato', 'http://grupo.com.br/sobre'),
    ).toEqual([{ url: 'http://tornos.grupo.com.br/', origin: 'search' }])
    expect(within('http://grupo.com.br/guarani-tornos/contato')).toEqual([
      { url: 'http://grupo.com.br/guarani-tornos/', origin: 'search', isFolder: true },
    ])
    expect(within('http://grupo.com.br/guarani/contato', 'http://grupo.com.br/noticias/guarani-tornos')).toEqual([])
    expect(within('https://cnpj.biz/guarani-tornos', 'https://linktr.ee/guarani-tornos/x')).toEqual([])
  })

  test('of one site no more than two of them are read for a query, and none twice', () => {
    const seen = new Set<string>()
    const hosts = ['www', 'um', 'dois', 'tres', 'um'].map((name) => `http://${name}.grupo.com.br/`)
    const within = () => lineUp(searched(...hosts), company, { seen, most: 10 }).within.map(({ url }) => url)
    expect(within()).toEqual(['http://um.grupo.com.br/', 'http://dois.grupo.com.br/'])
    expect(within()).toEqual(['http://tres.grupo.com.br/'])
    expect(within()).toEqual([])
  })

  test('what did not fit may come up again', () => {
    const seen = new Set<string>()
    expect(line(searched('http://a.com.br/', 'http://b.com.br/'), { seen, most: 1 }).read).toEqual(['http://a.com.br/'])
    expect(line(searched('http://b.com.br/', 'http://a.com.br/'), { seen, most: 1 }).read).toEqual(['http://b.com.br/'])
  })

  test('directories, networks, shops, news and the state are out, each page by itself', () => {
    const urls = [
      'https://cnpj.biz/11222333000181',
      'https://www.instagram.com/guarani/',
      'https://www.instagram.com/tornos/',
      'https://shopee.com.br/guarani',
      'https://g1.globo.com/pr/noticia',
      'https://cascavel.atende.gov.br/x',
    ]
    const { read, out } = line(searched(...urls))
    expect(read).toEqual([])
    expect(out.map((each) => each.split(' ')[1])).toEqual(urls)
  })

  test('a shop’s or a newspaper’s own company may be what is looked for: its host bears the name, and is read', () => {
    const of = { ...company, names: ['MAGAZINE LUIZA S/A'] }
    const offered = searched(
      'https://www.magazineluiza.com.br/loja/x',
      'https://magazineluiza.com.br/y',
      'https://www.shopee.com.br/',
    )
    expect(line(offered, { of })).toEqual({
      read: ['https://magazineluiza.com.br/'],
      out: ['marketplace https://www.shopee.com.br/'],
    })
    const network = { ...company, names: ['Instagram'] }
    expect(line(searched('https://www.instagram.com/x/'), { of: network }).read).toEqual([])
  })

  test('what the caller named is read whatever it is, but for a social network; of a listed host at the very address', () => {
    const given = (url: string): Candidate[] => [{ url, origin: 'given' }]
    expect(line(given('https://shopee.com.br/guarani')).read).toEqual(['https://shopee.com.br/guarani'])
    expect(line(given('https://linktr.ee/guarani')).read).toEqual(['https://linktr.ee/guarani'])
    expect(line(given('https://grupo.com.br/guarani/')).read).toEqual(['https://grupo.com.br/'])
    expect(line(given('https://www.instagram.com/guarani/'))).toMatchObject({ read: [], out: [expect.anything()] })
  })

  test.each([
    ['https://grupo.com.br/guarani-tornos/contato', 'https://grupo.com.br/guarani-tornos/', true],
    ['https://grupo.com.br/pr/', 'https://grupo.com.br/pr/', true],
    ['https://guarani.com.br/contato', 'https://guarani.com.br/contato', undefined],
    ['https://guarani.com.br/blog/2024/torno', 'https://guarani.com.br/blog/2024/torno', undefined],
    ['https://guarani.com.br/catalogo.pdf', 'https://guarani.com.br/catalogo.pdf', undefined],
  ])('given %s, the first page is read, and then perhaps %s', (url, inside, isFolder) => {
    const { candidates, within } = lineUp([{ url, origin: 'given' }], company, { seen: new Set(), most: 10 })
    expect(candidates).toEqual([{ url: `${new URL(url).origin}/`, origin: 'given' }])
    expect(within).toEqual([{ url: inside, origin: 'given', ...(isFolder && { isFolder }) }])
  })

  test('a site found before is read at its host, beside another host of its domain', () => {
    const offered: Candidate[] = [
      { url: 'https://outra.grupo.com.br/', origin: 'given' },
      { url: 'https://guarani.grupo.com.br/', origin: 'stored' },
    ]
    expect(line(offered).read).toEqual(offered.map(({ url }) => url))
  })

  test('who runs a host of many sites is read at its own first page', () => {
    const of = { ...company, names: ['Nuvemshop'] }
    expect(line(searched('https://www.nuvemshop.com.br/planos/x'), { of }).read).toEqual(['https://nuvemshop.com.br/'])
  })

  test('on a landlord’s own host each tenant’s page is a site, on its tenants’ hosts each host is', () => {
    const offered = searched(
      'https://linktr.ee/guarani?utm=1',
      'https://linktr.ee/outra',
      'https://guarani.negocio.site/posts/1',
      'https://guarani.wixsite.com/tornos/sobre',
      'https://sites.google.com/view/guarani/contato',
    )
    expect(line(offered).read).toEqual([
      'https://linktr.ee/guarani',
      'https://linktr.ee/outra',
      'https://guarani.negocio.site/',
      'https://guarani.wixsite.com/tornos',
      'https://sites.google.com/view/guarani',
    ])
  })
})

test.each([
  ['https://www.guaranitornos.com.br/', true],
  ['https://guarani-tornos.ind.br/', true],
  ['https://guaranitornosonline.com.br/', true],
  ['https://guarani.com.br/', true],
  ['https://gua.com.br/', false],
  ['https://tornos.com.br/', false],
  ['https://outra.com.br/guaranitornos', false],
])('whether %s bears the name: %s', (url, expected) => expect(bearsName(url, company.names)).toBe(expected))
