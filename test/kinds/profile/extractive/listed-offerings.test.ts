import { expect, test } from 'vitest'
import { listedOfferings } from '../../../../src/kinds/profile/extractive/listed-offerings.ts'
import { readSiteText } from '../../../../src/kinds/profile/text/site-text.ts'
import { pageOf } from '../pages-under-test.ts'

const listed = async (html: string, path = '/') =>
  (await listedOfferings(await readSiteText([pageOf(path, `<title>Aurora</title><h1>Aurora</h1>${html}`)]))).map(
    ({ name, kind }) => [name, kind],
  )
const items = (...names: string[]) => `<ul>${names.map((name) => `<li>${name}`).join('')}</ul>`

test('what stands in a list under a heading of offerings is offered, of the kind that the heading says', async () => {
  expect(await listed(`<h2>Serviços</h2>${items('Solda', 'Corte a laser')}`)).toEqual([
    ['Solda', 'service'],
    ['Corte a laser', 'service'],
  ])
  expect(await listed(`<h2>Nossos produtos</h2>${items('Roletes', 'Manutenção em campo')}`)).toEqual([
    ['Roletes', 'product'],
    ['Manutenção em campo', null],
  ])
  expect(await listed(`<h2>Áreas de atuação</h2>${items('Trabalhista', 'Tributário')}`)).toHaveLength(2)
})

test('the first column of a table of products is a list of them', async () => {
  const table = '<table><tr><th>Linha<th>Medida<tr><td>Eixos<td>1.500 mm<tr><td>Buchas<td>bronze</table>'
  expect(await listed(table)).toEqual([
    ['Eixos', null],
    ['Buchas', null],
  ])
})

test('each has the words of the page as evidence', async () => {
  const site = await readSiteText([pageOf('/', `<title>Aurora</title><h2>Serviços</h2>${items('Solda', 'Usinagem')}`)])
  expect(await listedOfferings(site)).toMatchObject([
    { evidence: [{ url: 'https://www.escolaaurora.com.br/', quote: 'Solda' }], confidence: 0.7 },
    { evidence: [{ quote: 'Usinagem' }] },
  ])
})

test.each([
  ['a menu', items('Solda', 'Usinagem')],
  ['a list under another heading', `<h2>Institucional</h2>${items('Solda', 'Usinagem')}`],
  ['clients', `<h2>Clientes</h2>${items('Betel', 'Petromar')}`],
  ['links of a shop', `<h2>Produtos</h2>${items('Mais vendidos', 'Ofertas', 'Lançamentos')}`],
  ['a customer’s area', `<h2>Serviços</h2>${items('Segunda via do boleto', 'Área do cliente', 'Trocas')}`],
  ['sentences', `<h2>Serviços</h2>${items('Atendemos de dia e de noite, também aos sábados.', 'Peça já o seu!')}`],
  ['prices', `<h2>Produtos</h2>${items('Molde 20 R$ 99,90', 'Molde 30 R$ 19,90')}`],
  ['what is denied', `<h2>O que não fazemos</h2>${items('Solda', 'Usinagem')}`],
  ['what is to come', `<h2>Em breve</h2><h3>Serviços</h3>${items('Solda', 'Usinagem')}`],
  ['a template', `<h2>Serviços</h2>${items('Serviço 1', 'Serviço 2')}`],
  ['a single item', `<h2>Serviços</h2>${items('Solda')}`],
  ['people', `<h2>Especialidades</h2>${items('Dra. Ana Prado', 'Dr. Rui Lemos')}`],
  ['contacts', `<h2>Serviços</h2>${items('(11) 3232-4455', 'oi@aurora.com.br', 'Rua A, 20')}`],
])('%s is no list of offerings', async (_, html) => {
  expect(await listed(html)).toEqual([])
})

test('lists on pages of news, vacancies and partners are not the company’s', async () => {
  const html = `<h2>Serviços</h2>${items('Solda', 'Usinagem')}`
  expect(await listed(html, '/servicos')).toHaveLength(2)
  for (const path of ['/blog/solda', '/vagas', '/parceiros/betel']) expect(await listed(html, path)).toEqual([])
})
