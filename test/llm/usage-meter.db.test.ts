import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Pool } from '../../src/db/connect.ts'
import { watchBudget } from '../../src/llm/budget.ts'
import type { LlmCall } from '../../src/llm/usage.ts'
import { createUsageMeter } from '../../src/llm/usage-meter.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/poll.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(() => database.sql`truncate llm_usage, llm_job_usage, llm_usage_writers`)

const quiet = { debug() {}, info() {}, warn() {} }
const meterOf = (pool: Pool = database.sql, everyMs = 20) => createUsageMeter({ pool, log: quiet as never, everyMs })
const callOf = (fields: Partial<LlmCall> = {}): LlmCall => ({
  model: 'm',
  jobId: undefined,
  isFailed: false,
  calls: 1,
  tokensIn: 100,
  tokensOut: 10,
  latencyMs: 7,
  cost: 0.5,
  ...fields,
})
const days = () => database.sql`
  select model, calls::int, failed_calls::int, tokens_in::int, tokens_out::int, latency_ms, cost
  from llm_usage where day = (clock() at time zone 'utc')::date order by model`

test('calls are summed by day and model and by job, over all processes', async () => {
  const jobs = [randomUUID(), randomUUID()]
  const meters = [meterOf(), meterOf(), meterOf()]
  for (const meter of meters) {
    for (let n = 0; n < 40; n++) {
      meter.record(callOf({ model: n % 4 ? 'm' : 'small', jobId: jobs[n % 2]!, isFailed: n % 10 === 0 }))
      if (n % 13 === 0) await database.sql`select 1` // so that several batches are written
    }
  }
  await Promise.all(meters.map((meter) => meter.close()))
  expect(await days()).toEqual([
    { model: 'm', calls: 90, failed_calls: 6, tokens_in: 9_000, tokens_out: 900, latency_ms: 630, cost: 45 },
    { model: 'small', calls: 30, failed_calls: 6, tokens_in: 3_000, tokens_out: 300, latency_ms: 210, cost: 15 },
  ])
  const byJob = await database.sql`select job_id, calls, tokens_in::int, cost from llm_job_usage order by job_id`
  expect(byJob).toEqual(jobs.sort().map((job_id) => ({ job_id, calls: 60, tokens_in: 6_000, cost: 30 })))
})

test('a batch whose answer was lost, or which the database refused for a while, counts once', async () => {
  const { sql } = database
  let failures = 0
  // Every other statement takes effect and its answer is lost; some never arrive.
  const flaky = {
    async unsafe(...parameters: Parameters<Pool['unsafe']>) {
      failures += 1
      if (failures % 3 === 1) throw Object.assign(new Error('connection lost'), { code: 'CONNECTION_CLOSED' })
      const rows = await sql.unsafe(...parameters)
      if (failures % 3 === 2) throw Object.assign(new Error('answer lost'), { code: 'CONNECTION_CLOSED' })
      return rows
    },
  }
  const jobId = randomUUID()
  const meter = meterOf(flaky as unknown as Pool, 1)
  for (let n = 0; n < 3; n++) {
    meter.record(callOf({ jobId }))
    await meter.close()
  }
  expect(failures).toBeGreaterThan(6)
  expect(await days()).toEqual([expect.objectContaining({ calls: 3, cost: 1.5 })])
  expect(await sql`select calls from llm_job_usage`).toEqual([{ calls: 3 }])
})

test('nothing is written where nothing was called, and close has nothing to wait for', async () => {
  await meterOf().close()
  expect(await days()).toEqual([])
  expect(await database.sql`select * from llm_usage_writers`).toEqual([])
})

test('the budget is spent for the whole fleet by what the day has cost, and is new the next day', async () => {
  const { sql } = database
  const said: string[] = []
  const log = {
    ...quiet,
    warn: (_: object, text: string) => said.push(text),
    info: (_: object, text: string) => said.push(text),
  }
  const budget = await watchBudget({ pool: sql, daily: 10, log, everyMs: 20 })
  expect(budget.isSpent()).toBe(false)
  const meter = meterOf()
  meter.record(callOf({ cost: 9.9 }))
  await meter.close()
  const other = meterOf()
  expect(budget.isSpent()).toBe(false)
  other.record(callOf({ cost: 0.1 }))
  await other.close()
  await until('the budget to be spent', () => budget.isSpent())
  // The day that was today is over.
  await sql`update llm_usage set day = day - 1`
  await until('the next day', () => !budget.isSpent())
  budget.stop()
  expect(said).toEqual([expect.stringContaining('is spent'), expect.stringContaining('going on')])
})

test('as long as nobody knows what was spent, nothing may be spent', async () => {
  const away = { unsafe: () => Promise.reject(new Error('away')) } as unknown as Pool
  const budget = await watchBudget({ pool: away, daily: 10, log: quiet, everyMs: 20 })
  expect(budget.isSpent()).toBe(true)
  budget.stop()
})
