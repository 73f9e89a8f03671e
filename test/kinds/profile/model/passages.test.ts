import { expect, test } from 'vitest'
import { type Passage, packPassages, rankPassages } from '../../../../src/kinds/profile/model/passages.ts'
import { readSiteText } from '../../../../src/kinds/profile/text/site-text.ts'
import { pageOf, textPage } from '../pages-under-test.ts'

test('the home page, the company and its products come before menus; small print and the blog are not read', async () => {
  const site = await readSiteText([
    textPage('/', 'Somos a Aurora, e fabricamos moldes.'),
    textPage('/blog/dez-dicas', 'Dez dicas para o seu jardim.'),
    textPage('/politica-de-privacidade', 'Tratamos dados conforme a lei.'),
    textPage('/produtos', 'Moldes para blocos de concreto.'),
    textPage('/quem-somos', 'A Aurora foi fundada por duas irmãs.'),
    textPage('/menu', 'Início\nProdutos\nBlog\nContato\nVagas\nLojas'),
  ])
  expect((await rankPassages(site)).map(({ path }) => path)).toEqual(['/', '/quem-somos', '/produtos', '/menu'])
})

test('a line that stands on every page is read once', async () => {
  const footer = 'Rua das Flores, 20. Atendemos de segunda a sexta.'
  const site = await readSiteText(
    ['/', '/a', '/b', '/c'].map((path) => textPage(path, `Só aqui: ${path}\n\n${footer}`)),
  )
  const text = (await rankPassages(site)).map(({ text }) => text).join('\n')
  expect(text.split('Rua das Flores')).toHaveLength(2)
  expect(text.split('Só aqui')).toHaveLength(5)
})

test('the title and the description of a page are in its passages, and headings and items are marked', async () => {
  const site = await readSiteText([
    pageOf(
      '/',
      '<title>Aurora</title><meta name=description content="Moldes de aço."><h2>Linhas</h2><ul><li>Blocos</ul>',
    ),
  ])
  expect((await rankPassages(site)).map(({ text }) => text)).toEqual(['# Aurora\nMoldes de aço.\n# Linhas\n- Blocos'])
})

const passage = (text: string): Passage => ({ url: 'https://a.test/', path: '/', text, score: 0 })

test('no part is longer than it may be, and no passage is lost or moved', () => {
  const passages = [300, 500, 900, 10, 700, 2_000, 40].map((length, index) => passage(String(index).repeat(length)))
  const parts = packPassages(passages, { characters: 1_000, overhead: 20, mostParts: 10 })
  for (const part of parts) {
    expect(part.reduce((sum, { text }) => sum + text.length + 20, 0)).toBeLessThanOrEqual(1_000)
  }
  expect(parts.flat().map(({ text }) => text[0])).toEqual(['0', '1', '2', '3', '4', '5', '6'])
  expect(packPassages(passages, { characters: 1_000, overhead: 20, mostParts: 2 })).toEqual(parts.slice(0, 2))
})
