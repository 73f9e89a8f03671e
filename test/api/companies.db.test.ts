import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../../src/db/queries.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type ApiUnderTest, apiUnderTest } from './api-under-test.ts'

let database: TestDatabase
let api: ApiUnderTest

beforeAll(async () => {
  database = await createTestDatabase()
  api = apiUnderTest(database.sql)
})
afterAll(async () => {
  await database.drop()
  expect(api.logged).toEqual([])
})

const cnpj = '12ABC34501DE35'
const record = { cnpj, razao_social: 'ACME LTDA', source: 'registry.test', fetched_at: '2026-01-02T03:04:05.000Z' }
const reason = { points: 100, what: 'O site traz o CNPJ', url: 'https://acme.test/', quote: 'CNPJ 12.ABC.345/01DE-35' }
const discovery = {
  schema_version: 2,
  status: 'found',
  confidence: 0.95,
  reasons: [reason],
  asked: { uf: 'SP' },
  credits: 3,
}
const profile = { schema_version: 2, engine: 'extractive', website: 'https://acme.test/' }

test('shows what is known by now, and since when, as it grows', async () => {
  const get = () => api.get(`/v2/companies/${cnpj}`)
  const none = await get()
  expect([none.status, none.body.code]).toEqual([404, 'COMPANY_NOT_FOUND'])

  await run(database.sql, 'registry_answer_store', [cnpj, JSON.stringify(record), ['registry.test'], record.fetched_at])
  const registry = { record, found_at: record.fetched_at }
  expect((await get()).body).toEqual({ cnpj, registry, website: null, profile: null })

  const found = [cnpj, JSON.stringify(record), 'https://acme.test/', JSON.stringify(discovery), true]
  await run(database.sql, 'company_store_discovery', found)
  const website = {
    url: 'https://acme.test/',
    status: 'found',
    confidence: 0.95,
    reasons: [reason],
    found_at: expect.stringMatching(/^\d{4}-.*Z$/),
  }
  expect((await get()).body).toEqual({ cnpj, registry, website, profile: null })

  await run(database.sql, 'company_store_profile', [cnpj, 'https://acme.test/', JSON.stringify(profile)])
  const { status, body } = await get()
  expect(status).toBe(200)
  expect(body).toEqual({ cnpj, registry, website, profile: { profile, found_at: expect.stringMatching(/Z$/) } })
})

test('a website that was looked for and not found, and a registry that nobody asks any more', async () => {
  const other = '19131243000197'
  const nothing = { schema_version: 2, status: 'none', confidence: null, reasons: [] }
  await run(database.sql, 'company_store_discovery', [
    other,
    JSON.stringify(record),
    null,
    JSON.stringify(nothing),
    true,
  ])
  const { body } = await api.get(`/v2/companies/${other}`)
  expect(body.website).toMatchObject({ url: null, status: 'none', found_at: expect.any(String) })
  expect(body.registry).toEqual({ record, found_at: record.fetched_at })
})

test('a number that the registry does not know is nothing known', async () => {
  const unknown = '00000000000191'
  await run(database.sql, 'registry_answer_store', [unknown, null, ['registry.test'], record.fetched_at])
  expect((await api.get(`/v2/companies/${unknown}`)).body.code).toBe('COMPANY_NOT_FOUND')
})

test.each(['12.ABC.345/01DE-35', '12.abc.345%2F01de-35', '12abc34501de35', '12%20ABC%20345%2001DE35'])(
  '%s is the same company',
  async (written) => {
    expect((await api.get(`/v2/companies/${written}`)).body.cnpj).toBe(cnpj)
  },
)

test.each(['19131243000198', '191', 'x', '%00', '%ed%a0%80', '%20', '12/34/56'])(
  '%s is no CNPJ, and the answer says why',
  async (written) => {
    const { status, body } = await api.get(`/v2/companies/${written}`)
    expect([status, body.code, body.errors?.[0].field]).toEqual([400, 'FIELD_INVALID', 'cnpj'])
  },
)
