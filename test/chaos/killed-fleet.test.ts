import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/poll.ts'
import { killAll, type RunningProcess, startProcess } from '../support/processes.ts'
import { type SmallWorld, startSmallWorld } from '../support/small-world.ts'

const jobsCount = 200

let world: SmallWorld
let database: TestDatabase
beforeAll(async () => {
  world = await startSmallWorld({ pageDelayMs: 100 })
})
afterAll(() => world.close())
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(async () => {
  killAll()
  await database.drop()
})

const env = () => ({ DATABASE_URL: database.url, PORT: '0', HOST: '127.0.0.1', N_WORKERS: '2', ...world.env })

async function startByHand(): Promise<{ origin: string; workers: RunningProcess[]; api: RunningProcess }> {
  const api = startProcess('api', [], env())
  const workers = ['discovery', 'discovery', 'profile', 'profile'].map((kind) => startProcess('worker', [kind], env()))
  const port = await until(
    'the API',
    () => api.lines.find(({ msg }) => msg === 'listening')?.port as number | undefined,
  )
  await until('the workers', () => workers.every(({ lines }) => lines.some(({ msg }) => msg === 'claim loop started')))
  return { origin: `http://127.0.0.1:${port}`, workers, api }
}

async function submitAll(origin: string): Promise<void> {
  const answers = await Promise.all(
    Array.from({ length: jobsCount }, (_each, company) =>
      fetch(`${origin}/v2/scrape`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ cnpj: world.cnpjOf(company) }),
      }),
    ),
  )
  expect(answers.every(({ status }) => status === 202)).toBe(true)
}

const countBy = async (status: string) =>
  Number((await database.sql`select count(*) from jobs where status = ${status}`)[0]!.count)

test('five processes on one database do 200 companies, each job exactly once', async () => {
  const { origin, workers, api } = await startByHand()
  await submitAll(origin)
  await until('all discoveries and profiles', async () => (await countBy('completed')) === 2 * jobsCount, 60_000)

  const endings = () =>
    workers.flatMap(({ lines }) => lines.filter(({ msg }) => msg === 'job completed').map(({ job }) => job))
  // A line is written after the row, and comes through a pipe.
  await until('a line for each', () => endings().length >= 2 * jobsCount)
  expect(endings()).toHaveLength(2 * jobsCount)
  expect(new Set(endings()).size).toBe(2 * jobsCount)
  expect(await database.sql`select distinct attempt, claims, stalls from jobs`).toEqual([
    { attempt: 1, claims: 1, stalls: 0 },
  ])
  const [found] =
    await database.sql`select count(*)::int as n from jobs where kind = 'profile' and result->>'website' like 'http://c%.test/'`
  expect(found!.n).toBe(jobsCount)
  const [tally] = await database.sql`select sum(completed)::int as n from job_tallies`
  expect(tally!.n).toBe(2 * jobsCount)

  for (const { process } of [api, ...workers]) process.kill('SIGTERM')
  expect(await Promise.all([api, ...workers].map(({ exit }) => exit))).toEqual([0, 0, 0, 0, 0])
  expect(await database.sql`select id from workers`).toEqual([])
}, 120_000)

test('kill -9 of a worker in the middle: the others complete its jobs within a minute, and none fails', async () => {
  const { origin, workers } = await startByHand()
  await submitAll(origin)
  // The reaper needs to have seen the database for as long as a worker may be silent.
  await until('some work', async () => (await countBy('completed')) >= 40, 30_000)
  const victim = workers[0]!
  victim.process.kill('SIGKILL')
  const killed = performance.now()
  await victim.exit
  const [held] = await database.sql`select count(*)::int as n from jobs where status = 'running' and kind = 'discovery'`
  await until('all of them', async () => (await countBy('completed')) === 2 * jobsCount, 60_000)
  expect(performance.now() - killed).toBeLessThan(60_000)
  expect(held!.n).toBeGreaterThan(0)
  const [stalled] =
    await database.sql`select count(*)::int as n, max(attempt)::int as attempt from jobs where stalls > 0`
  expect(stalled!.n).toBeGreaterThan(0)
  expect(stalled!.attempt).toBe(1)
  expect(await countBy('failed')).toBe(0)
}, 150_000)
