import { LLMock } from '@copilotkit/aimock'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { profile } from '../../src/kinds/profile/profile.ts'
import { enqueue } from '../../src/queue/enqueue.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/poll.ts'
import { killAll, startProcess } from '../support/processes.ts'
import { type SmallWorld, startSmallWorld } from '../support/small-world.ts'

let database: TestDatabase
let world: SmallWorld
const llm = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent' })
beforeAll(async () => {
  database = await createTestDatabase()
  world = await startSmallWorld({ sitePages: 1 })
  await llm.start()
})
afterEach(killAll)
afterAll(async () => {
  await llm.stop()
  await world.close()
  await database.drop()
})

test('profiles wait, with no try spent, while the budget of the day is spent; the next day they go on', async () => {
  const { sql, url } = database
  await sql`insert into llm_usage (day, model, calls, failed_calls, tokens_in, tokens_out, latency_ms, cost)
    values ((clock() at time zone 'utc')::date, 'm', 9, 0, 900, 90, 9, 5)`
  const worker = startProcess('worker', ['profile'], {
    ...world.env,
    DATABASE_URL: url,
    DATABASE_POOL_MAX_SIZE: '8',
    LLM_URL: `${llm.url}/v1`,
    MODEL_NAME: 'm',
    LLM_PRICE_IN: '1',
    LLM_BUDGET_DAILY: '5',
  })
  const says = (what: string) => worker.lines.filter(({ msg }) => msg.includes(what)).length
  await until('the worker', () => says('claim loop started') > 0, 40_000)
  const { id } = await enqueue(sql, profile, { website: 'http://c1.test' })
  const job = async () => (await sql`select status, attempt, claims from jobs where id = ${id}`)[0]!
  // A worker without a budget to wait for takes what is due at its start and every five seconds.
  const [{ at }] = (await sql`select clock() + interval '6 seconds' as at`) as unknown as [{ at: Date }]
  await until('six seconds', async () => (await sql`select clock() > ${at} as is_over`)[0]!.is_over, 20_000)
  expect(await job()).toEqual({ status: 'queued', attempt: 0, claims: 0 })
  expect(says('LLM_BUDGET_DAILY is spent')).toBe(1)
  await sql`update llm_usage set day = day - 1`
  await until('the job to be claimed', async () => (await job()).claims === 1, 20_000)
  expect(says('a new LLM_BUDGET_DAILY')).toBe(1)
  worker.process.kill('SIGTERM')
  await worker.exit
}, 90_000)
