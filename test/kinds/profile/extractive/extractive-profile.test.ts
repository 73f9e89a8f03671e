import { expect, test } from 'vitest'
import { companyProfile } from '../../../../src/kinds/profile/company-profile.ts'
import { extractiveProfile } from '../../../../src/kinds/profile/extractive/extractive-profile.ts'
import { readSiteText } from '../../../../src/kinds/profile/text/site-text.ts'
import type { StoredPage } from '../../../../src/kinds/stored-pages.ts'
import { pageOf } from '../pages-under-test.ts'

const profileOf = async (...pages: StoredPage[]) =>
  extractiveProfile(pages, await readSiteText(pages), { cnpj: null, website: pages[0]!.url, language: 'pt-BR' })

const home = pageOf(
  '/',
  `<html lang="pt-BR"><title>Escola Aurora | Ensino bilíngue</title><h1>Escola Aurora</h1>
   <p>Telefone: (11) 4002-1122<p>secretaria@escolaaurora.com.br`,
)
const partner = pageOf(
  '/parceiros/instituto-mar',
  `<title>Instituto Mar</title><h1>Instituto Mar</h1><p>Nosso parceiro desde 2019.
   <p>Tel.: (21) 2233-4455<p>contato@institutomar.org.br`,
)

test('what a partner’s page prints of the partner is not the company’s, and every contact has its sentence', async () => {
  const { contacts, year_founded } = await profileOf(home, partner)
  expect(contacts.phones).toEqual([
    { value: '+551140021122', evidence: [{ url: home.url, quote: 'Telefone: (11) 4002-1122' }], confidence: 0.7 },
  ])
  expect(contacts.emails.map(({ value }) => value)).toEqual(['secretaria@escolaaurora.com.br'])
  expect(year_founded).toBeNull()
})

test('what a site does not say is null or empty, and the profile is what its schema says', async () => {
  const profile = companyProfile.parse(await profileOf(home))
  expect(profile).toMatchObject({
    engine: 'extractive',
    name: { value: 'Escola Aurora' },
    description: null,
    sector: null,
    business_model: null,
    offerings: [],
    clients: [],
    size_claimed: null,
    coverage: null,
    usage: null,
  })
})

test.each([
  ['A Escola Aurora é uma escola bilíngue que atende crianças de 2 a 10 anos em Santos.'],
  ['Somos especializados em moldes de aço para a indústria de blocos de concreto.'],
  ['Consultório veterinário para cães e gatos na cidade de Santos.'],
])('the description is the sentence that says what the company does: %s', async (sentence) => {
  const page = pageOf(
    '/',
    `<title>Escola Aurora</title><h1>Um futuro que inspira</h1><p>Tecnologia que transforma. Resultados que duram.
     <p>Este site utiliza cookies para oferecer a você a melhor experiência em nossa empresa.
     <ul><li>Somos a sua melhor escolha para aprender o que a escola Aurora oferece</ul>
     <p>Conheça a Escola Aurora e saiba por que somos a escolha de tantas famílias de Santos.
     <p>${sentence}<p>“A Escola Aurora é a melhor escola que eu já vi”, recomendo muito a todos vocês.
     <p>Nosso parceiro Instituto Mar é uma empresa que oferece cursos de mergulho em Santos.
     <footer>© Escola Aurora. Todos os direitos são da empresa e de quem nela trabalha.</footer>`,
  )
  const { description } = await profileOf(page)
  expect(description).toEqual({ value: sentence, evidence: [{ url: page.url, quote: sentence }], confidence: 0.7 })
})

test('slogans, notices and menus are no description', async () => {
  const page = pageOf(
    '/',
    `<title>Aurora</title><p>Tecnologia que transforma concreto em resultados.<p>Início Produtos Serviços Contato
     <p>Ao continuar você concorda com a política de privacidade da nossa empresa.
     <p>Ligue agora e fale com a nossa equipe, que atende todos os dias da semana.`,
  )
  expect((await profileOf(page)).description).toBeNull()
})

const catalogue = {
  '@type': 'ItemList',
  itemListElement: [
    { '@type': 'ListItem', item: { '@type': 'Product', name: 'Molde 20' } },
    { '@type': 'Product', name: 'Molde 30' },
    { '@type': 'Product', name: 'Produto 1' },
  ],
}

test('offerings are those of JSON-LD that the text names as well: a template’s leftovers are none', async () => {
  const page = pageOf(
    '/',
    `<title>Aurora</title><script type="application/ld+json">${JSON.stringify(catalogue)}</script><p>Molde 20<p>Produto 1`,
  )
  expect((await profileOf(page)).offerings).toEqual([
    {
      name: 'Molde 20',
      kind: 'product',
      description: null,
      evidence: [{ url: page.url, quote: 'Molde 20' }],
      confidence: 0.8,
    },
  ])
})

test('a language is what the text shows, whatever a template declares', async () => {
  const text =
    '<p>Não vendemos para quem mais compra, mas para os que pedem com os olhos e nos dizem que sim, em uma palavra.'
  const values = async (lang: string) =>
    (await profileOf(pageOf('/', `<html lang="${lang}">${text}`))).languages.map(({ value }) => value)
  expect(await values('pt-br')).toEqual(['pt-BR'])
  expect(await values('en-US')).toEqual(['pt'])
})

test('the name is what title, metadata and domain agree on, not what a page is called', async () => {
  const named = async (html: string) => (await profileOf(pageOf('/', html))).name?.value
  expect(await named('<title>Home - Escola Aurora</title>')).toBe('Escola Aurora')
  expect(await named('<title>Ensino bilíngue em Santos | Escola Aurora</title>')).toBe('Escola Aurora')
  expect(await named('<title>Início</title>')).toBeUndefined()
})

test('a sentence about another company, or of a blog, is not the description', async () => {
  const { description } = await profileOf(
    pageOf('/', '<title>Escola Aurora</title><p>A Ferrosul fabrica aço e atende empresas de todo o país desde cedo.'),
    pageOf('/blog/aco', '<title>Aço</title><p>Somos uma empresa que fabrica aço e oferece moldes a toda a indústria.'),
  )
  expect(description).toBeNull()
})
