import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { formatCnpj } from '../../../src/cnpj/number.ts'
import { discovery as kind } from '../../../src/kinds/discovery/discovery.ts'
import { enqueue } from '../../../src/queue/enqueue.ts'
import { forget } from '../../../src/queue/forget.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type DiscoveryUnderTest, discoveryUnderTest } from './discovery-under-test.ts'
import { found, html, type Reply, type ScriptedInternet, startScriptedInternet } from './scripted-internet.ts'

const cnpj = '11222333000181'

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
    razao_social: 'MARCENARIA DO CAMBUCI DE BAURU LTDA',
    nome_fantasia: 'CAMBUCI MOVEIS',
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

/** What the first has found out of hosts that are silent, the other does not know. */
async function onAnotherWorker() {
  await discovery.close()
  discovery = await discoveryUnderTest(database.sql, internet.env)
}
const own = { '/': html('Cambuci Móveis', `<h1>Cambuci Móveis</h1><p>CNPJ ${formatCnpj(cnpj)}</p>`) }
const charged = (credits: unknown, urls: string[] = []): Reply => ({
  body: { code: 200, data: [{ results: urls.map((link) => ({ link, title: 'Resultado', snippet: '' })), credits }] },
})

test('what was paid before a query failed is in the result of the next try', async () => {
  const jobId = randomUUID()
  let asked = 0
  internet.search = () => {
    asked += 1
    if (asked === 1) return charged(1)
    return asked === 2 ? { status: 500, body: {} } : charged(1, ['http://cambuci.test/'])
  }
  internet.sites['cambuci.test'] = own
  await expect(discovery.tryOnce({ cnpj }, { jobId })).rejects.toMatchObject({ code: 'SEARCH_UNAVAILABLE' })
  expect(await discovery.tryOnce({ cnpj }, { jobId })).toMatchObject({ status: 'found', credits: 2 })
})

test('more than a thousand credits for one query are not believed', async () => {
  let asked = 0
  internet.search = () => charged(++asked === 1 ? 1_001 : 1)
  expect(await discovery.tryOnce({ cnpj }, { isLastTry: true })).toMatchObject({ status: 'none', credits: asked - 1 })
  expect(asked).toBeGreaterThan(1)
})

test('three paid queries and a silent site: the next try, for which nothing is charged, says three', async () => {
  const jobId = randomUUID()
  internet.search = () => charged(1, ['http://cambucimoveis.test/'])
  await expect(discovery.tryOnce({ cnpj }, { jobId })).rejects.toMatchObject({ code: 'SITE_UNREACHABLE' })
  internet.sites['cambucimoveis.test'] = own
  await onAnotherWorker()
  expect(await discovery.tryOnce({ cnpj }, { jobId })).toMatchObject({ status: 'found', credits: 3 })
  expect(await discovery.tryOnce({ cnpj, max_age: 0 })).toMatchObject({ status: 'found', credits: 0 })
})

test('a job whose earlier try paid, and that is then answered from what is stored, says what it paid', async () => {
  const jobId = randomUUID()
  internet.search = () => charged(2, ['http://cambucimoveis.test/'])
  await expect(discovery.tryOnce({ cnpj }, { jobId })).rejects.toMatchObject({ code: 'SITE_UNREACHABLE' })
  internet.sites['cambucimoveis.test'] = own
  await onAnotherWorker()
  await discovery.tryOnce({ cnpj })
  const answered = await discovery.tryOnce({ cnpj }, { jobId })
  expect(answered.reused).not.toBeNull()
  expect(answered.credits).toBe(6)
})

test('a provider that says it charged less than nothing charged nothing', async () => {
  internet.search = () => charged(-5)
  expect(await discovery.tryOnce({ cnpj })).toMatchObject({ status: 'none', credits: 0 })
  await database.sql`truncate companies, search_answers`
  internet.search = () => charged('3')
  expect((await discovery.tryOnce({ cnpj })).credits).toBe(9)
})

test('what could not be noted of a charge is still in the result of its own try', async () => {
  internet.search = () => found([])
  await database.sql`alter table search_charges add constraint closed check (credits < 0) not valid`
  try {
    expect(await discovery.tryOnce({ cnpj })).toMatchObject({ status: 'none', credits: 3 })
  } finally {
    await database.sql`alter table search_charges drop constraint closed`
  }
})

test('what a job paid goes when the job is forgotten', async () => {
  const { sql } = database
  const jobs = await Promise.all(
    [cnpj, '12ABC34501DE35'].map((each) => enqueue(sql, kind, kind.input.parse({ cnpj: each }))),
  )
  const [old, kept] = jobs.map((job) => job!.id)
  internet.search = () => found([])
  for (const jobId of [old!, kept!]) await discovery.tryOnce({ cnpj, max_age: 0 }, { jobId })
  await sql`insert into search_charges values (${kept!}, 1) on conflict do nothing`
  await sql`update jobs set status = 'failed', finished_at = clock() where id = ${old!}`
  const inTenDays = new Date(Date.now() + 10 * 86_400_000)
  expect(await forget(sql, { completedDays: 5, failedDays: 5, cancelledDays: 5 }, inTenDays)).toBe(1)
  expect(await sql`select job_id from search_charges`).toEqual([{ job_id: kept }])
})
