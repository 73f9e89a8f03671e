import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { profile } from '../../src/kinds/profile/profile.ts'
import { createUsageMeter } from '../../src/llm/usage-meter.ts'
import { enqueue } from '../../src/queue/enqueue.ts'
import { forget } from '../../src/queue/forget.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/poll.ts'
import { type ApiUnderTest, apiUnderTest } from './api-under-test.ts'

let database: TestDatabase
let api: ApiUnderTest
beforeAll(async () => {
  database = await createTestDatabase()
  api = apiUnderTest(database.sql, {}, { budgetDaily: 2 })
})
afterAll(() => database.drop())
beforeEach(() => database.sql`truncate jobs, job_tallies, llm_usage, llm_job_usage`)

async function spend(cost: number, jobId: string | undefined = undefined): Promise<void> {
  const meter = createUsageMeter({ pool: database.sql, log: { debug() {} }, everyMs: 1 })
  const usage = { calls: 1, tokensIn: 300, tokensOut: 20, latencyMs: 12.4, cost }
  meter.record({ ...usage, model: 'm', jobId, isFailed: false })
  await meter.close()
}

test('the metrics of what waits for the budget say what the day has cost, and until when it is spent', async () => {
  await spend(1.5)
  const before = await api.get('/v2/queue_profile/metrics')
  expect(before.body).toMatchObject({
    kind: 'profile',
    queued: 0,
    llm: { calls: 1, failed_calls: 0, tokens_in: 300, tokens_out: 20, latency_ms: 12, cost: 1.5 },
  })
  expect(before.body.llm).toMatchObject({ budget_daily: 2, is_budget_spent: false })
  await spend(0.5)
  const { llm } = (await api.get('/v2/queue_profile/metrics')).body
  expect(llm).toMatchObject({ cost: 2, is_budget_spent: true })
  expect(llm.next_day_at).toMatch(/T00:00:00.000Z$/)
  expect(Date.parse(llm.next_day_at) - Date.parse(`${llm.day}T00:00:00Z`)).toBe(24 * 60 * 60_000)
  expect((await api.get('/v2/queue_discovery/metrics')).body).not.toHaveProperty('llm')
})

test('without an LLM the metrics do not speak of it', async () => {
  expect((await apiUnderTest(database.sql).get('/v2/queue_profile/metrics')).body).not.toHaveProperty('llm')
})

test('a waiting profile says that it waits for the budget, and only then', async () => {
  const { id } = await enqueue(database.sql, profile, { cnpj: '11222333000181' })
  expect((await api.get(`/jobs/${id}`)).body.waits_for).toBeNull()
  await spend(2)
  const body = await until('what was spent is seen', async () => {
    const { body: job } = await api.get(`/jobs/${id}`)
    return job.waits_for ? job : undefined
  })
  expect(body).toMatchObject({ status: 'queued', waits_for: { reason: 'llm_budget' } })
  expect(Date.parse(body.waits_for.until)).toBeGreaterThan(Date.now())
  await database.sql`update jobs set status = 'cancelled', finished_at = clock() where id = ${id}`
  expect((await api.get(`/jobs/${id}`)).body.waits_for).toBeNull()
  expect((await apiUnderTest(database.sql).get(`/jobs/${id}`)).body.waits_for).toBeNull()
})

test('a job says what all its tries used of the LLM, also when it failed', async () => {
  const { id } = await enqueue(database.sql, profile, { cnpj: '11222333000181' })
  expect((await api.get(`/jobs/${id}`)).body.llm_usage).toBeNull()
  await spend(0.25, id)
  await spend(0.25, id)
  await spend(1, randomUUID())
  await database.sql`update jobs set status = 'failed', finished_at = clock() where id = ${id}`
  expect((await api.get(`/jobs/${id}`)).body.llm_usage).toEqual({
    calls: 2,
    tokens_in: 600,
    tokens_out: 40,
    latency_ms: 25,
    cost: 0.5,
  })
})

test('what a job used goes when the job is forgotten, and what the day has cost stays', async () => {
  const { sql } = database
  const [old, kept] = await Promise.all(
    ['11222333000181', '12ABC34501DE35'].map((cnpj) => enqueue(sql, profile, { cnpj })),
  )
  await spend(0.25, old!.id)
  await spend(0.25, kept!.id)
  await sql`update jobs set status = 'failed', finished_at = clock() where id = ${old!.id}`
  const inTenDays = new Date(Date.now() + 10 * 86_400_000)
  expect(await forget(sql, { completedDays: 5, failedDays: 5, cancelledDays: 5 }, inTenDays)).toBe(1)
  expect(await sql`select job_id from llm_job_usage`).toEqual([{ job_id: kept!.id }])
  expect((await sql`select sum(cost) as cost from llm_usage`)[0]!.cost).toBe(0.5)
})
