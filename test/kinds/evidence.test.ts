import { expect, test } from 'vitest'
import { createEvidenceFinder, supports } from '../../src/kinds/profile/evidence.ts'
import type { StoredPage } from '../../src/kinds/stored-pages.ts'

const page = (url: string, text: string): StoredPage => ({
  url,
  title: null,
  description: null,
  language: null,
  text,
  facts: { cnpjs: [], phones: [], emails: [], whatsapps: [], socials: [], postalCodes: [], addresses: [] },
  page: { siteName: null, jsonLd: [], metadata: {}, canonical: null },
  fetchedAt: '2026-11-23T00:00:00Z',
})

const find = createEvidenceFinder([
  page('http://a.test/', 'Fabricamos máquinas para\nartefatos de concreto desde 1998.'),
  page('http://a.test/contato', 'Fale com a gente.'),
])

test.each([
  ['Fabricamos máquinas', 'http://a.test/'],
  ['MAQUINAS PARA ARTEFATOS', 'http://a.test/'],
  ['fale com a gente', 'http://a.test/contato'],
])('a quote is found where it stands, case, accents and white space apart: %s', (quote, url) => {
  expect(find(quote)).toEqual({ url, quote })
})

test.each(['máquinas de lavar', 'quina', 'concreto desde 1999', '', '…', 'Fabricamos máquinas. Fale com a gente.'])(
  'what stands on no page, or only across words or pages, is not found: %s',
  (quote) => {
    expect(find(quote)).toBeUndefined()
  },
)

test.each([
  [['máquinas para artefatos de concreto'], 'Máquinas para concreto'],
  [['Fabricamos máquinas', 'artefatos de concreto'], 'A empresa fabrica máquinas e artefatos de concreto.'],
  [['desde 1998'], '1998'],
  [['EPIs'], 'EPIs'],
])('quotes carry what they mention, also bent: %s, %s', (quotes, value) => {
  expect(supports(quotes, value)).toBe(true)
})

test.each([
  [['ELMAQ Engenharia'], 'Banco Inventado SA'],
  [['ELMAQ'], '1492'],
  [['desde 1998'], 'Fundada em 1999'],
  [['Máquinas'], 'Vende foguetes para a NASA.'],
  [['máquinas para artefatos de concreto'], 'Empréstimo'],
  [['máquinas para concreto'], 'Máquinas para concreto, foguetes lunares, empréstimos e seguros'],
  [[], 'Máquinas'],
])('a true quote proves no value that it does not mention: %s, %s', (quotes, value) => {
  expect(supports(quotes, value)).toBe(false)
})
