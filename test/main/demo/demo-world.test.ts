import { request } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { normalizeCnpj } from '../../../src/cnpj/number.ts'
import { type DemoWorld, serveDemoWorld } from '../../../src/main/demo/demo-world.ts'
import { classifyHost } from '../../../src/search/not-company-sites.ts'
import { createSerpshot } from '../../../src/search/serpshot.ts'

let world: DemoWorld
beforeAll(async () => {
  world = await serveDemoWorld({ delayMs: 0 })
})
afterAll(() => world.close())

const get = async (path: string, host = `127.0.0.1:${world.port}`) => {
  const { statusCode, body } = await request(`http://127.0.0.1:${world.port}${path}`, { headers: { host } })
  return { status: statusCode, bytes: Buffer.from(await body.arrayBuffer()) }
}

test('every company has a valid CNPJ under a root that is plainly made up, and one of them has letters', () => {
  const numbers = world.companies.map(({ registry }) => registry.cnpj)
  expect(numbers).toHaveLength(3)
  for (const cnpj of numbers) {
    expect(normalizeCnpj(cnpj)).toBe(cnpj)
    expect(cnpj).toMatch(/^(990|9A)/)
  }
  expect(numbers.filter((cnpj) => /[A-Z]/.test(cnpj))).toHaveLength(1)
})

test('the registry knows these companies and no other', async () => {
  const [company] = world.companies
  const known = await get(`/${company!.registry.cnpj}`)
  expect(JSON.parse(known.bytes.toString())).toEqual(company!.registry)
  expect((await get('/19131243000197')).status).toBe(404)
})

test('a search offers a directory and a social network before the site, which only .test serves', async () => {
  const provider = createSerpshot({ baseUrl: `http://127.0.0.1:${world.port}`, key: 'demo' })
  const queries = ['CLINICA PATAVORA LONDRINA PR', 'CNPJ 99.073.418/0001-96', 'PADARIA QUALQUER']
  const { results } = await provider.search(queries, { signal: AbortSignal.timeout(5_000) })
  const urls = results.map((list) => list!.map(({ url }) => url))
  expect(urls[0]!.map(classifyHost)).toEqual(['directory', 'social', undefined])
  expect(new URL(urls[0]![2]!).hostname).toBe('www.clinicapatavora.test')
  expect(urls[1]).toEqual(urls[0])
  expect(urls[2]).toEqual([])
})

test('sites are told apart by the Host header, with or without www, and pages of no site are 404', async () => {
  const home = await get('/', 'clinicapatavora.test')
  expect(home.bytes.toString()).toContain('Clínica Patavorá')
  expect((await get('/', 'www.clinicapatavora.test')).bytes).toEqual(home.bytes)
  expect((await get('/', 'quintuaracafes.test')).bytes.toString()).toContain('Quintuará')
  expect((await get('/', 'desconhecida.test')).status).toBe(404)
  expect((await get('/../../companies.json', 'quintuaracafes.test')).status).toBe(404)
})

test('the old site is served as the ISO-8859-1 that it says it is', async () => {
  const { bytes } = await get('/contato.html', 'metalurgicavorlani.test')
  expect(bytes.includes(Buffer.from('charset=iso-8859-1'))).toBe(true)
  expect(bytes.includes(Buffer.from('Antônio', 'latin1'))).toBe(true)
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow()
})
