import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { formatCnpj } from '../../../src/cnpj/number.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type DiscoveryUnderTest, discoveryUnderTest } from './discovery-under-test.ts'
import { found, html, type ScriptedInternet, startScriptedInternet } from './scripted-internet.ts'

const cnpj = '11222333000181'
const anotherCnpj = '12ABC34501DE35'

let database: TestDatabase
let internet: ScriptedInternet
let discovery: DiscoveryUnderTest
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.sql`truncate jobs, pages, companies, registry_answers, search_answers, search_charges`
  internet = await startScriptedInternet()
  const record = {
    cnpj,
    razao_social: 'VIDRACARIA TANGARA LTDA',
    nome_fantasia: 'VIDRACARIA TANGARA',
    situacao_cadastral: 2,
    municipio: 'BAURU',
    uf: 'SP',
  }
  internet.registries = [() => ({ body: record }), () => ({ body: record })]
  discovery = await discoveryUnderTest(database.sql, internet.env)
})
afterEach(async () => {
  await discovery.close()
  await internet.close()
})

const group = (links: string) =>
  html(
    'Grupo Quatro Ventos',
    `<h1>Grupo Quatro Ventos</h1><p>As empresas do grupo.</p>${links}
     <footer>Quatro Ventos Participações LTDA, CNPJ ${formatCnpj(anotherCnpj)}</footer>`,
  )
const own = (links = '') =>
  html(
    'Vidraçaria Tangará',
    `<h1>Vidraçaria Tangará</h1><p>Box e espelhos em Bauru - SP.</p>${links}
     <footer>Vidraçaria Tangará LTDA - CNPJ ${formatCnpj(cnpj)}</footer>`,
  )

test('a company at a host of its group’s site is found there, though the group’s own came up first', async () => {
  internet.sites['quatroventos.test'] = { '/': group('<p>Vidros e obras.</p>') }
  internet.sites['vidros.quatroventos.test'] = { '/': own() }
  internet.search = () => found([['http://www.quatroventos.test/'], ['http://vidros.quatroventos.test/contato']])
  const result = await discovery.tryOnce({ cnpj })
  expect(result).toMatchObject({ status: 'found', website: 'http://vidros.quatroventos.test/', proof: 'cnpj' })
})

test('a site that is the company’s is not asked for at its other hosts', async () => {
  internet.sites['tangara.test'] = { '/': own() }
  internet.sites['loja.tangara.test'] = { '/': own() }
  internet.search = () => found([['http://tangara.test/'], ['http://loja.tangara.test/']])
  expect(await discovery.tryOnce({ cnpj })).toMatchObject({ status: 'found', website: 'http://tangara.test/' })
  expect(internet.asked.filter((each) => each.startsWith('loja.'))).toEqual([])
})

test('a company in a folder that its group’s first page leads to is found there, and no page of the group is its', async () => {
  internet.sites['quatroventos.test'] = {
    '/': group('<a href="/vidracaria-tangara/">Vidraçaria Tangará</a> <a href="/obras/">Obras</a>'),
    '/obras/': html('Obras', '<p>Obras do grupo.</p>'),
    '/vidracaria-tangara/': own('<a href="/">Grupo</a> <a href="/vidracaria-tangara/contato">Contato</a>'),
    '/vidracaria-tangara/contato': html('Contato', '<p>Fale com a Vidraçaria Tangará.</p>'),
  }
  internet.search = () => found([['http://quatroventos.test/vidracaria-tangara/contato']])
  const result = await discovery.tryOnce({ cnpj })
  expect(result).toMatchObject({ status: 'found', website: 'http://quatroventos.test/vidracaria-tangara/' })
  expect(result.pages.map(({ url }) => new URL(url).pathname).sort()).toEqual([
    '/vidracaria-tangara/',
    '/vidracaria-tangara/contato',
  ])
})

test('a folder that the first page does not lead to, as in a guide, is not read whatever it prints', async () => {
  internet.sites['quatroventos.test'] = { '/': group(''), '/vidracaria-tangara/': own() }
  internet.search = () => found([['http://quatroventos.test/vidracaria-tangara/']])
  expect(await discovery.tryOnce({ cnpj })).toMatchObject({ status: 'none', website: null })
  expect(internet.asked).not.toContain('quatroventos.test/vidracaria-tangara/')
})
