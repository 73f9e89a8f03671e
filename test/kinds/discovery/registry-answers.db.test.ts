import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RegistryRecord } from '../../../src/cnpj/registry-record.ts'
import { createRegistryAnswers } from '../../../src/kinds/discovery/registry-answers.ts'
import { createLog } from '../../../src/log.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const log = createLog('silent', {})
const { signal } = new AbortController()
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const answersKept = (recordDays: number) => createRegistryAnswers(database.sql, { recordDays, log })

const record = (cnpj: string, more: Partial<RegistryRecord> = {}): RegistryRecord => ({
  cnpj,
  razao_social: 'PADARIA AURORA LTDA',
  nome_fantasia: null,
  situacao: 'BAIXADA',
  cnae: '4721102',
  cnae_descricao: null,
  logradouro: null,
  numero: null,
  bairro: null,
  municipio: 'CURITIBA',
  uf: 'PR',
  cep: null,
  phones: ['+554132223344'],
  email: null,
  porte: null,
  capital_social: 29500.5,
  abertura: null,
  source: 'a.test',
  fetched_at: new Date().toISOString(),
  ...more,
})

/** As if they had been answered earlier. */
const age = (cnpj: string, days: number) =>
  database.sql`update registry_answers set answered_at = answered_at - make_interval(days => ${days}) where cnpj = ${cnpj}`

test('a record comes back as it was, with its source and its date', async () => {
  const answer = { found: true as const, record: record('11222333000181') }
  const answers = answersKept(30)
  expect(await answers.find('11222333000181', { signal })).toBeUndefined()
  await answers.store('11222333000181', answer)
  expect(await answers.find('11222333000181', { signal })).toEqual(answer)
})

test('a record lasts as many days as are set, and 0 keeps none', async () => {
  const cnpj = '12ABC34501DE35'
  await answersKept(30).store(cnpj, { found: true, record: record(cnpj) })
  expect(await answersKept(0).find(cnpj, { signal })).toBeUndefined()
  await age(cnpj, 29)
  expect(await answersKept(30).find(cnpj, { signal })).toBeDefined()
  expect(await answersKept(28).find(cnpj, { signal })).toBeUndefined()
  await age(cnpj, 1)
  expect(await answersKept(30).find(cnpj, { signal })).toBeUndefined()
})

test('"not found" lasts a day, and is forgotten when the company turns up', async () => {
  const cnpj = '1A2B3C4D000179'
  const answers = answersKept(30)
  const none = { found: false as const, sources: ['a.test', 'b.test'] }
  await answers.store(cnpj, none)
  expect(await answers.find(cnpj, { signal })).toEqual(none)
  expect(await answersKept(0).find(cnpj, { signal })).toBeUndefined()
  await age(cnpj, 1)
  expect(await answers.find(cnpj, { signal })).toBeUndefined()
  await answers.store(cnpj, { found: true, record: record(cnpj) })
  expect(await answers.find(cnpj, { signal })).toMatchObject({ found: true })
})

test('an answer that was slow to arrive does not replace a newer one', async () => {
  const cnpj = '19131243000197'
  const answers = answersKept(30)
  const newer = { found: true as const, record: record(cnpj, { nome_fantasia: 'NOVA' }) }
  const older = record(cnpj, { nome_fantasia: 'ANTIGA', fetched_at: new Date(Date.now() - 5_000).toISOString() })
  await answers.store(cnpj, newer)
  await answers.store(cnpj, { found: true, record: older })
  expect(await answers.find(cnpj, { signal })).toEqual(newer)
})

test('an answer that cannot be kept is still an answer', async () => {
  const cnpj = '33683111000280'
  await answersKept(30).store(cnpj, { found: true, record: record(cnpj, { fetched_at: 'no date' }) })
  expect(await answersKept(30).find(cnpj, { signal })).toBeUndefined()
})
