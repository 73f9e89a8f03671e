import { expect, test } from 'vitest'
import { extractiveProfile } from '../../../../src/kinds/profile/extractive/extractive-profile.ts'
import { mergeAnswers, normalName } from '../../../../src/kinds/profile/model/merge-answers.ts'
import type { ProvenAnswer } from '../../../../src/kinds/profile/proof/prove-answer.ts'
import type { Place } from '../../../../src/kinds/profile/text/places.ts'
import { readSiteText } from '../../../../src/kinds/profile/text/site-text.ts'
import { textPage } from '../pages-under-test.ts'

const pages = [textPage('/', 'Moldes de aço. Mesas.'), textPage('/a', 'moldes de aço'), textPage('/b', 'Cursos.')]
const site = await readSiteText(pages)
const extractive = await extractiveProfile(pages, site, { cnpj: null, website: pages[0]!.url, language: 'pt-BR' })

const at = (path: string, quote: string): Place => ({
  url: `https://www.escolaaurora.com.br${path}`,
  path,
  quote,
  context: quote,
  under: '',
  beside: null,
})
const nothing: ProvenAnswer = {
  name: null,
  description: null,
  sector: null,
  business_model: null,
  offerings: [],
  segments: [],
  differentiators: [],
  certifications: [],
  brands: [],
  clients: [],
  locations: [],
  year_founded: null,
  size_claimed: null,
  dropped: {},
}
const merged = (...answers: Partial<ProvenAnswer>[]) =>
  mergeAnswers(
    answers.map((answer) => ({ ...nothing, ...answer })),
    site,
    extractive,
  )

test.each([
  ['Moldes de Aço', 'molde aço'],
  ['Soluções', 'solução'],
  ['Portas e Janelas', 'portas, janelas'],
  ['Canais', 'canal'],
])('%s and %s are one name', (one, other) => {
  expect(normalName(one)).toBe(normalName(other))
})

test('an offering of two parts is one, with the evidence of both; if they disagree on its kind it has none', () => {
  const offering = (
    value: string,
    kind: 'product' | 'service' | null,
    path: string,
    description: string | null = null,
  ) => ({
    value,
    kind,
    description,
    places: [at(path, value)],
  })
  const { offerings } = merged(
    { offerings: [offering('Moldes de aço', 'product', '/'), offering('Mesas', 'product', '/')] },
    { offerings: [offering('moldes de aço', null, '/a', 'Moldes.'), offering('Mesas', 'service', '/b')] },
  )
  expect(
    offerings.map(({ name, kind, description, evidence, confidence }) => [
      name,
      kind,
      description,
      evidence.length,
      confidence,
    ]),
  ).toEqual([
    ['Moldes de aço', 'product', 'Moldes.', 2, 0.65],
    ['Mesas', null, null, 2, 0.65],
  ])
})

test('of two sectors the one on more pages stands, and is contested', () => {
  const { sector } = merged(
    { sector: { value: 'Cursos', places: [at('/b', 'Cursos')] } },
    { sector: { value: 'Moldes de aço', places: [at('/', 'Moldes de aço'), at('/a', 'moldes de aço')] } },
  )
  expect(sector).toMatchObject({ value: 'Moldes de aço', confidence: 0.39 })
})

test('companies here and consumers there are both', () => {
  const { business_model } = merged(
    { business_model: { value: 'B2B', places: [at('/', 'para empresas')] } },
    { business_model: { value: 'B2C', places: [at('/b', 'para a sua casa')] } },
  )
  expect(business_model).toMatchObject({
    value: 'both',
    evidence: [{ quote: 'para empresas' }, { quote: 'para a sua casa' }],
  })
})

test('what parts dropped is summed by field', () => {
  expect(merged({ dropped: { clients: 2 } }, { dropped: { clients: 1, brands: 1 } }).dropped).toEqual({
    clients: 3,
    brands: 1,
  })
})

test('parts that give different founding years give none', () => {
  const year = (value: number, path: string) => ({ year_founded: { value, places: [at(path, `Em ${value}`)] } })
  expect(merged(year(1998, '/'), year(1999, '/a')).year_founded).toBeNull()
  expect(merged(year(1998, '/'), year(1998, '/a')).year_founded).toMatchObject({ value: 1998, confidence: 0.65 })
})
