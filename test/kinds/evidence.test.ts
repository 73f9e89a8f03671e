import { expect, test } from 'vitest'
import { supportedSentences, supports } from '../../src/kinds/profile/proof/evidence.ts'
import { pagesWith, placesOf } from '../../src/kinds/profile/text/places.ts'
import { readSiteText } from '../../src/kinds/profile/text/site-text.ts'
import { textPage } from './profile/pages-under-test.ts'

const home = textPage(
  '/',
  'Fabricamos máquinas para\nartefatos de concreto desde 1998.\n\nFazemos *Pré-moldados*, sempre.',
)
const contact = textPage('/contato', '# Fale conosco\n\nFale com a gente.\n- Fabricamos máquinas')
const site = await readSiteText([home, contact])

test.each([
  ['Fabricamos máquinas', home, 'Fabricamos máquinas'],
  ['MAQUINAS PARA ARTEFATOS', home, 'máquinas para artefatos'],
  ['fale com a   gente', contact, 'Fale com a gente'],
  ['pre moldados', home, 'Pré-moldados'],
])(
  'a quote is found where it stands, in the page’s own words, case, accents and white space apart: %s',
  (quote, page, words) => {
    expect(placesOf(site, quote)[0]).toMatchObject({ url: page.url, quote: words })
  },
)

test.each([
  'máquinas de lavar',
  'quina',
  'concreto desde 1999',
  '',
  '…',
  'Fabricamos máquinas. Fale com a gente.',
  'x'.repeat(3_000),
])('what stands on no page, or only across words or pages, is not found: %s', (quote) => {
  expect(placesOf(site, quote)).toEqual([])
})

test('a quote that stands in several places is looked for first on the page that was named', () => {
  expect(placesOf(site, 'fabricamos máquinas', contact.url).map(({ url }) => url)).toEqual([contact.url, home.url])
  expect(pagesWith(site, 'Fabricamos Máquinas')).toEqual([home.url, contact.url])
})

const stated = (text: string, quote = text, under = '') => [{ quote, context: text, under, path: '/' }]

test.each([
  ['máquinas para artefatos de concreto', 'Máquinas para concreto'],
  ['desde 1998', '1998'],
  ['EPIs', 'EPIs'],
  ['Fabricamos máquinas e fazemos artefatos de concreto', 'A empresa fabrica máquinas e artefatos de concreto.'],
  ['Não só vendemos, também alugamos geradores', 'Geradores'],
  ['Não vendemos guindastes, mas alugamos geradores', 'Geradores'],
  ['Orçamento sem compromisso para geradores', 'Geradores'],
  ['Não perca: geradores em estoque', 'Geradores'],
  ['Bolos sem açúcar', 'Bolos sem açúcar'],
])('a statement carries what it mentions, also bent: %s, %s', (text, value) => {
  expect(supports(stated(text), value)).toBe(true)
})

test.each([
  ['ELMEQ Engenharia', 'Banco Inventado SA'],
  ['ELMEQ', '1492'],
  ['desde 1998', 'Fundada em 1999'],
  ['Máquinas', 'Vende foguetes para a NASA.'],
  ['máquinas para artefatos de concreto', 'Empréstimo'],
  ['Nossa empresa', 'Empréstimo'],
  ['segurança do trabalho', 'Seguros'],
  ['A conta é fácil', 'Contabilidade'],
  ['máquinas para concreto', 'Máquinas para concreto, foguetes lunares, empréstimos e seguros'],
  ['Fabricamos máquinas, peças, moldes e misturadores', 'Fabrica máquinas, peças, moldes, misturadores e foguetes'],
  ['Fabricamos máquinas para blocos de concreto', 'Líder em máquinas para blocos de concreto'],
  ['Fabricamos máquinas para blocos de concreto', 'Máquinas para blocos de concreto com certificação NR 12'],
  ['Fabricamos máquinas para blocos de concreto', 'Fabrica máquinas para blocos de concreto da Votorama'],
  ['Atendemos 50 cidades', 'Atende 500 cidades'],
  ['Fale conosco sobre máquinas', 'Máquinas, contato@inventado.com'],
])('a true quote proves no value that it does not mention: %s, %s', (text, value) => {
  expect(supports(stated(text), value)).toBe(false)
})

test.each([
  ['Não somos certificados ISO 9001.', 'ISO 9001'],
  ['Nossa fábrica não possui, nem pretende ter, certificação ISO 9001.', 'ISO 9001'],
  ['Nunca vendemos armas, explosivos ou munição.', 'Munição'],
  ['Deixamos de fabricar geradores em 2010.', 'Geradores'],
  ['Trabalhamos sem agrotóxicos.', 'Agrotóxicos'],
  ['We do not sell generators.', 'Generators'],
])('what the sentence around a quote denies is not carried: %s, %s', (text, value) => {
  expect(supports(stated(text, value), value, 'name')).toBe(false)
})

test('a heading that denies takes what stands under it', () => {
  expect(
    supports(stated('Mudanças residenciais', 'Mudanças residenciais', 'O que não fazemos'), 'Mudanças residenciais'),
  ).toBe(false)
  expect(
    supports(
      stated('Mudanças residenciais', 'Mudanças residenciais', 'Por que não mudar hoje?'),
      'Mudanças residenciais',
    ),
  ).toBe(true)
})

test('a denial before the quote is seen although the quote leaves it out, also over a line break and a list', async () => {
  const denying = await readSiteText([
    textPage('/', 'Não somos\ncertificados ISO 9001.\n\nNão trabalhamos com:\n- Geradores\n\nAlugamos guindastes.'),
  ])
  expect(supports(placesOf(denying, 'certificados ISO 9001').slice(0, 1), 'ISO 9001', 'name')).toBe(false)
  expect(supports(placesOf(denying, 'Geradores').slice(0, 1), 'Geradores', 'name')).toBe(false)
  expect(supports(placesOf(denying, 'guindastes').slice(0, 1), 'Guindastes', 'name')).toBe(true)
})

test('every word of a name must be carried', () => {
  expect(supports(stated('máquinas para concreto'), 'Máquinas para concreto e moldes', 'name')).toBe(false)
  expect(supports(stated('máquinas para concreto'), 'Máquina para concreto', 'name')).toBe(true)
})

test('of a summary, the sentences that are not carried are told from those that are', () => {
  const text = 'A Elmeq fabrica máquinas para concreto. Também opera um banco digital.'
  const statements = stated('A Elmeq fabrica máquinas para concreto há anos.')
  expect(supportedSentences(statements, text)).toEqual({
    supported: ['A Elmeq fabrica máquinas para concreto.'],
    unsupported: 1,
    carriers: statements,
  })
})
