import { expect, test } from 'vitest'
import { classifyHost, describeHost, type HostCategory, notCompanySites } from '../../src/search/not-company-sites.ts'

const cases: [url: string, category: HostCategory | undefined][] = [
  ['https://cnpj.biz/19131243000197', 'directory'],
  ['https://www.casadosdados.com.br/solucao/cnpj/x', 'directory'],
  ['https://www.econodata.com.br/consulta-empresa/1', 'directory'],
  ['https://www.jusbrasil.com.br/x', 'directory'],
  ['https://br.indeed.com/cmp/x', 'directory'],
  ['https://www.glassdoor.com.br/x', 'directory'],
  ['https://www.tripadvisor.pt/x', 'directory'],
  ['https://maps.google.com/?cid=1', 'directory'],
  ['https://www.google.com.br/maps/place/x', 'directory'],
  ['https://maps.app.goo.gl/abc', 'directory'],
  ['https://produto.mercadolivre.com.br/MLB-1', 'marketplace'],
  ['https://www.amazon.com.br/dp/1', 'marketplace'],
  ['https://www.amazon.de/dp/1', 'marketplace'],
  ['https://www.olx.com.br/x', 'marketplace'],
  ['https://www.instagram.com/elmaq/', 'social'],
  ['https://br.linkedin.com/company/x', 'social'],
  ['https://pt-br.facebook.com/x', 'social'],
  ['https://wa.me/5531999191998', 'social'],
  ['https://x.com/y', 'social'],
  ['https://www.prefeitura.sp.gov.br/x', 'government'],
  ['https://www.tjsp.jus.br/', 'government'],
  ['https://www.camara.leg.br/', 'government'],
  ['https://www.mpf.mp.br/', 'government'],
  ['https://g1.globo.com/sp', 'news'],
  ['https://noticias.uol.com.br/x', 'news'],
  ['https://pt.wikipedia.org/wiki/X', 'reference'],
  ['https://brasilescola.uol.com.br/x', 'reference'],
  ['https://padaria.negocio.site/', 'shared_host'],
  ['https://linktr.ee/padaria', 'shared_host'],
  ['https://sites.google.com/view/padaria', 'shared_host'],
  ['https://usuario.wixsite.com/padaria', 'shared_host'],
  ['https://www.wixsite.com/', 'shared_host'],
  ['https://www.paginasamarelas.com.br/x', 'directory'],
  ['https://empresa.solides.jobs/x', 'directory'],
  ['https://br.jora.com/x', 'directory'],
  ['https://www.portaldecompraspublicas.com.br/x', 'directory'],
  ['https://www.consultaremedios.com.br/x', 'marketplace'],
  ['https://www.correiodopovo.com.br/x', 'news'],
  ['https://padaria.kyte.site/', 'shared_host'],
  ['https://contate.me/padaria', 'shared_host'],
  ['CNPJ.BIZ', 'directory'],
  ['https://cnpj.biz./x', 'directory'],

  ['https://www.elmaq.com.br/', undefined],
  ['https://nctecbrasilcursos.com.br/', undefined],
  ['https://notcnpj.biz/', undefined],
  ['https://cnpj.biz.example.com/', undefined],
  ['https://amazonia-moveis.com.br/', undefined],
  ['https://amazon.padaria.com.br/', undefined],
  ['https://govbr.com.br/', undefined],
  ['https://maxx.com/', undefined],
  ['http://127.0.0.1:8100/', undefined],
  ['', undefined],
  ['not a url', undefined],
]

test.each(cases)('%s is %s', (url, category) => {
  expect(classifyHost(url)).toBe(category)
})

const entries = Object.entries(notCompanySites).flatMap(([category, hosts]) =>
  [...hosts].map((host) => ({ category, host })),
)

test('every listed host answers with the category it is listed under, alone and below www', () => {
  for (const { category, host } of entries) {
    expect(classifyHost(`https://${host}/x`), host).toBe(category)
    expect(classifyHost(`https://www.${host}/x`), host).toBe(category)
  }
})

test('every entry is a plain host name that stands in one category only', () => {
  expect(entries.length).toBeGreaterThanOrEqual(150)
  expect(entries.filter(({ host }) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(host))).toEqual([])
  expect(new Set(entries.map(({ host }) => host)).size).toBe(entries.length)
})

test.each([
  [
    'https://www.magazineluiza.com.br/lojista/x',
    { category: 'marketplace', domain: 'magazineluiza.com.br', name: 'magazineluiza' },
  ],
  ['https://g1.globo.com/sp', { category: 'news', domain: 'globo.com', name: 'globo' }],
  ['https://br.indeed.com/cmp/x', { category: 'directory', domain: 'indeed.com', name: 'indeed' }],
  ['https://www.caixa.gov.br/x', { category: 'government', domain: 'caixa.gov.br', name: 'caixa' }],
  [
    'https://diariodonordeste.verdesmares.com.br/x',
    { category: 'news', domain: 'diariodonordeste.verdesmares.com.br', name: 'diariodonordeste' },
  ],
  ['https://padaria.negocio.site/', { category: 'shared_host', domain: 'negocio.site', name: 'negocio' }],
])('who is behind %s can be asked to prove itself at its home', (url, listed) => {
  expect(describeHost(url)).toEqual({ ...listed, homeUrl: `https://${listed.domain}/` })
})

test('a site that is on no list is nobody known', () => {
  expect(describeHost('https://www.padaria-exemplo.com.br/')).toBeUndefined()
})
