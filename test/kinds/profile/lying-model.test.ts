import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CompanyProfile, companyProfile } from '../../../src/kinds/profile/company-profile.ts'
import { extractiveProfile } from '../../../src/kinds/profile/extractive/extractive-profile.ts'
import type { ProfileAnswer } from '../../../src/kinds/profile/model/ask-for-profile.ts'
import { llmProfile } from '../../../src/kinds/profile/model/llm-profile.ts'
import { proveAnswer } from '../../../src/kinds/profile/proof/prove-answer.ts'
import { readSiteText } from '../../../src/kinds/profile/text/site-text.ts'
import type { StoredPage } from '../../../src/kinds/stored-pages.ts'
import { createLlmClient } from '../../../src/llm/client.ts'
import { completion, json, scriptedEndpoint } from '../../llm/scripted-endpoint.ts'
import { nothing, pageOf } from './pages-under-test.ts'

const home = pageOf(
  '/',
  `<html lang="pt-BR"><title>Aurora Moldes | Moldes de aço</title><h1>Aurora Moldes</h1>
   <p>A Aurora Moldes fabrica moldes de aço para a indústria de pré-moldados desde 1998.
   <p>Atendemos construtoras e fábricas de blocos em todo o Nordeste, com entrega em 15 dias.
   <p>Não vendemos cimento. Nosso parceiro Banco Maré oferece consórcio imobiliário.
   <h2>Produtos</h2><ul><li>Moldes para blocos<li>Mesas vibratórias</ul>
   <h2>Serviços</h2><ul><li>Manutenção de moldes</ul>
   <h2>Clientes</h2><ul><li>Construtora Farol<li>Blocos Lua Nova</ul>
   <footer>CNPJ 11.222.333/0001-81 Telefone: (85) 3232-4455 contato@escolaaurora.com.br
   <p>Desenvolvido por Pixel Norte Tecnologia</footer>`,
)
const about = pageOf(
  '/sobre',
  `<title>Sobre</title><h1>Sobre nós</h1><p>Temos fábrica própria em Fortaleza, com 42 funcionários.
   <p>Somos certificados ISO 14001 e distribuidores da marca Vibrasul.
   <p>Produto 1: Lorem ipsum dolor sit amet.`,
)
const pages = [home, about]

const from = (quote: string, passage = 1) => [{ passage, quote }]
const said = (value: string, quote: string) => ({ value, evidence: from(quote) })
const offering = (name: string, quote: string, kind = 'product', description: string | null = null) => ({
  name,
  kind,
  description,
  evidence: from(quote),
})

/** Half of it stands in the pages, half does not; some quotes are true and prove nothing of what they are given for. */
const halfTrue = {
  cnpj: '60701190000104',
  phones: ['+5511955554444'],
  contacts: { phones: [{ value: '+5511955554444', evidence: from('Ligue (11) 95555-4444') }] },
  name: said('Aurora Moldes', 'A Aurora Moldes fabrica'),
  description: {
    value:
      'A Aurora Moldes fabrica moldes de aço para a indústria de pré-moldados. É líder mundial em foguetes. Atende construtoras e fábricas de blocos no Nordeste. Ligue (11) 95555-4444.',
    evidence: [
      ...from('A Aurora Moldes fabrica moldes de aço para a indústria de pré-moldados desde 1998.'),
      ...from('Atendemos construtoras e fábricas de blocos em todo o Nordeste', 9),
      ...from('É líder mundial em foguetes'),
    ],
  },
  sector: said('Moldes de aço para pré-moldados', 'fabrica moldes de aço para a indústria de pré-moldados'),
  business_model: { value: 'B2B', evidence: from('Atendemos construtoras e fábricas de blocos') },
  offerings: [
    offering('Moldes para blocos', 'Moldes para blocos', 'product', 'Moldes de ouro da NASA'),
    offering('Mesas vibratórias', 'mesas VIBRATORIAS', 'product'),
    offering('Manutenção de moldes', 'Manutenção de moldes', 'service'),
    offering('Foguetes', 'Vendemos foguetes'),
    offering('Consultoria fiscal', 'Mesas vibratórias', 'service'),
    offering('Cimento', 'cimento'),
    offering('Consórcio imobiliário', 'consórcio imobiliário', 'service'),
    offering('Construtora Farol', 'Construtora Farol'),
    offering('Pixel Norte Tecnologia', 'Pixel Norte Tecnologia', 'service'),
    offering('Produto 1', 'Produto 1'),
  ],
  segments: [said('Construtoras', 'Atendemos construtoras'), said('Hospitais', 'Atendemos construtoras')],
  differentiators: [
    said('Entrega em 15 dias', 'com entrega em 15 dias'),
    said('Entrega em 2 dias', 'com entrega em 15 dias'),
  ],
  certifications: [
    said('ISO 14001', 'Somos certificados ISO 14001'),
    said('ISO 9001', 'Somos certificados ISO 14001'),
    said('INMETRO', 'Selo INMETRO'),
  ],
  brands: [said('Vibrasul', 'distribuidores da marca Vibrasul'), said('Boschmann', 'distribuidores da marca Vibrasul')],
  clients: [
    said('Construtora Farol', 'Construtora Farol'),
    said('Blocos Lua Nova', 'Blocos Lua Nova'),
    said('Petromar', 'Petromar'),
    said('Vibrasul', 'distribuidores da marca Vibrasul'),
  ],
  locations: [said('Fortaleza', 'fábrica própria em Fortaleza'), said('Miami', 'fábrica própria em Fortaleza')],
  year_founded: { value: 1871, evidence: from('desde 1998') },
  size_claimed: said('42 funcionários', 'com 42 funcionários'),
}

let endpoint: Awaited<ReturnType<typeof scriptedEndpoint>>
beforeAll(async () => {
  endpoint = await scriptedEndpoint((response) => json(response, 200, completion(JSON.stringify(halfTrue))))
})
afterAll(() => endpoint.close())

async function profileOf(stored: readonly StoredPage[]): Promise<CompanyProfile> {
  const { signal } = new AbortController()
  const site = await readSiteText(stored, signal)
  const options = { cnpj: '11222333000181', website: home.url, language: 'pt-BR', signal }
  const llm = createLlmClient({ baseUrl: endpoint.origin, model: 'm', withSlot: (_signal, use) => use() })
  return llmProfile(site, await extractiveProfile(stored, site, options), { llm, signal, jobId: 'job' })
}
const values = (claims: readonly { value: unknown }[]) => claims.map(({ value }) => value)

test('of a model that lies by half every true value is in the profile, and not one invented', async () => {
  const profile = await profileOf(pages)
  expect({
    name: profile.name?.value,
    description: profile.description?.value,
    sector: profile.sector?.value,
    business_model: profile.business_model?.value,
    offerings: profile.offerings.map(({ name, kind, description }) => [name, kind, description]),
    segments: values(profile.segments),
    differentiators: values(profile.differentiators),
    certifications: values(profile.certifications),
    brands: values(profile.brands),
    clients: values(profile.clients),
    locations: values(profile.locations),
    year_founded: profile.year_founded?.value,
    size_claimed: profile.size_claimed?.value,
    phones: values(profile.contacts.phones),
    emails: values(profile.contacts.emails),
    cnpjs: values(profile.cnpjs),
  }).toEqual({
    name: 'Aurora Moldes',
    description:
      'A Aurora Moldes fabrica moldes de aço para a indústria de pré-moldados. Atende construtoras e fábricas de blocos no Nordeste.',
    sector: 'Moldes de aço para pré-moldados',
    business_model: 'B2B',
    offerings: [
      ['Moldes para blocos', 'product', null],
      ['Mesas vibratórias', 'product', null],
      ['Manutenção de moldes', 'service', null],
    ],
    segments: ['Construtoras'],
    differentiators: ['Entrega em 15 dias'],
    certifications: ['ISO 14001'],
    brands: ['Vibrasul'],
    clients: ['Construtora Farol', 'Blocos Lua Nova'],
    locations: ['Fortaleza'],
    year_founded: 1998,
    size_claimed: '42 funcionários',
    phones: ['+558532324455'],
    emails: ['contato@escolaaurora.com.br'],
    cnpjs: ['11222333000181'],
  })
  expect(profile.dropped).toEqual({
    description: 2,
    offerings: 7,
    'offerings.description': 1,
    segments: 1,
    differentiators: 1,
    certifications: 2,
    brands: 1,
    clients: 2,
    locations: 1,
    year_founded: 1,
  })
})

test('every value has evidence that stands on the page it names, and the profile is what its schema says', async () => {
  const profile = companyProfile.parse(await profileOf(pages))
  const modelled = [
    profile.description,
    profile.sector,
    profile.business_model,
    profile.size_claimed,
    ...profile.offerings,
    ...profile.clients,
    ...profile.certifications,
    ...profile.locations,
  ]
  for (const claim of modelled) {
    expect(claim?.evidence.length).toBeGreaterThan(0)
    for (const { url, quote } of claim?.evidence ?? []) {
      expect(pages.find((page) => page.url === url)?.text.replace(/\s+/g, ' ')).toContain(quote)
    }
  }
  expect(profile.certifications[0]?.evidence[0]?.url).toBe(about.url)
})

test('the model’s own numbers for telephones and CNPJ are nowhere in what is stored', async () => {
  const stored = JSON.stringify(await profileOf(pages))
  for (const invented of ['95555', '60701190', 'foguete', 'Foguete', 'NASA', 'Miami', '1871', 'Petromar']) {
    expect(stored).not.toContain(invented)
  }
})

test('a heading and the line below it prove together what a model says of what the heading names', async () => {
  const page = pageOf(
    '/',
    `<h2>Nossos serviços</h2><h3>Laudos técnicos</h3><p>LTCAT e insalubridade com rigor.
     <h3>Cursos</h3><p>Capacitação em altura.<h2>Clientes</h2><h3>Farol</h3><p>Construtora de Natal.`,
  )
  const site = await readSiteText([page])
  const { offerings } = await proveAnswer(
    {
      ...nothing,
      offerings: [
        offering('Laudos técnicos', 'LTCAT e insalubridade com rigor', 'service', 'LTCAT e insalubridade'),
        offering('Cursos', 'Cursos', 'service', 'Capacitação em altura'),
        offering('Laudos técnicos', 'Capacitação em altura', 'service'),
        offering('Farol', 'Construtora de Natal', 'service'),
      ] as ProfileAnswer['offerings'],
    },
    { passages: [], site },
  )
  expect(
    offerings.map(({ value, kind, description, places }) => [
      value,
      kind,
      description,
      places.map(({ quote }) => quote),
    ]),
  ).toEqual([
    [
      'Laudos técnicos',
      'service',
      'LTCAT e insalubridade',
      expect.arrayContaining(['Laudos técnicos', 'LTCAT e insalubridade com rigor']),
    ],
    ['Cursos', 'service', 'Capacitação em altura', expect.arrayContaining(['Cursos', 'Capacitação em altura'])],
  ])
})
