import { expect, test } from 'vitest'
import { findFoundingYear, foundingYears } from '../../../../src/kinds/profile/extractive/founding-year.ts'
import { readSiteText } from '../../../../src/kinds/profile/text/site-text.ts'
import { textPage } from '../pages-under-test.ts'

test.each([
  ['A Aurora foi fundada em 1998 por duas irmãs.', 1998],
  ['Fundada por João e Maria da Silva em março de 1998', 1998],
  ['Desde 1998 no mercado de moldes.', 1998],
  ['Desde a sua fundação em 2001, a escola cresce.', 2001],
  ['A empresa iniciou suas atividades no ano de 1987.', 1987],
  ['Nossa história começa em 1975, em Recife.', 1975],
  ['Fundação: 12/05/1969', 1969],
])('a sure statement of the year is one: %s', (line, year) => {
  expect(foundingYears(line, 2026, ['Escola Aurora']).map((each) => each.year)).toContain(year)
})

test.each([
  '© 1998–2024 Aurora. Todos os direitos reservados.',
  'Copyright desde 1998 Aurora',
  'Cliente satisfeito desde 2015.',
  'Nosso parceiro desde 2019.',
  'Lei vigente desde 1991.',
  'A universidade foi fundada em 1920.',
  'Dra. Ana atende desde 2003.',
  'Moldes fabricados desde 19.980 reais.',
  'Fundada em 2150.',
  'Mais de 1998 clientes.',
  'Em 1998 o Brasil perdeu a final.',
  'PIX existe desde 2020.',
  'Desde 2020 o PIX existe.',
  'Planos desde 1990 reais.',
  'Não fomos fundados em 1990.',
  'Ferrosul, empresa fundada em 1901.',
  'Teatro Amazonas, inaugurado em 1896.',
  'Maria nasceu em 1961.',
  '"Compro aqui desde 2011", diz Ana.',
  'Fundada em 1650.',
])('what is not the company’s beginning is none: %s', (line) => {
  expect(foundingYears(line, 2026)).toEqual([])
})

const yearOf = async (...texts: string[]) =>
  findFoundingYear(await readSiteText(texts.map((text, index) => textPage(`/${index}`, text))), 2026)

test('a plain statement goes before a "desde", and is contested by it', async () => {
  expect(await yearOf('Fundada em 1998.', 'Desde 2004 fazendo moldes.')).toMatchObject({
    value: 1998,
    confidence: 0.42,
  })
})

test('of two years the one on more pages stands; where neither is, none does', async () => {
  expect(await yearOf('Fundada em 1998.', 'Nascemos em 1998.', 'Fundada em 1989.')).toMatchObject({ value: 1998 })
  expect(await yearOf('Fundada em 1998.', 'Fundada em 1989.')).toBeNull()
})
