import { afterEach, beforeEach, expect, test } from 'vitest'
import { postgres } from '../../src/db/driver.ts'
import { enqueue } from '../../src/queue/enqueue.ts'
import { createHints } from '../../src/queue/hints.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/poll.ts'
import { killAll } from '../support/processes.ts'
import { chaosKind } from './chaos-kind.ts'
import { startChaosWorkers } from './fleet.ts'
import { print } from './records.ts'

const fewestQueued = 50_000
const refillBy = 25_000
const baselineMs = 15_000
const heldMs = 60_000
const windowMs = 10_000

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(async () => {
  killAll()
  await database.drop()
})

test('a transaction left open for a minute costs less than half of the throughput, and delays nobody', async () => {
  const { sql, url } = database
  let inserted = 0
  const finished = async () => Number((await sql`select coalesce(sum(completed), 0) as n from job_tallies`)[0]!.n)
  const refill = async () => {
    // Ids of version 7 rise with the time, as those of the API do.
    await sql`
      insert into jobs (id, kind, max_attempts, exclusive, priority, input)
      select uuidv7(), 'chaos', 3, false, 1, '{"n":1,"ms":0,"act":"ok","stores":false}'
      from generate_series(1, ${refillBy})`
    inserted += refillBy
  }
  /** Keeps the queue filled for so long; returns the jobs finished a second over its last 10 s. */
  const measure = async (forMs: number): Promise<number> => {
    const end = performance.now() + forMs
    let from: { atMs: number; jobs: number } | undefined
    await until(
      'the measure to end',
      async () => {
        const jobs = await finished()
        if (inserted - jobs < fewestQueued) await refill()
        if (!from && performance.now() >= end - windowMs) from = { atMs: performance.now(), jobs }
        return performance.now() >= end
      },
      forMs + 30_000,
    )
    return ((await finished()) - from!.jobs) / ((performance.now() - from!.atMs) / 1_000)
  }

  for (let times = 0; times < 3; times += 1) await refill()
  const workers = startChaosWorkers(2, url, { logLevel: 'error', slots: 20, batchSize: 20 })
  await until('the workers', async () => (await finished()) > 0, 30_000)
  const before = await measure(baselineMs)

  const holder = postgres(url, { max: 1 })
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const held = holder.begin('isolation level repeatable read', async (tx) => {
    await tx`select count(*) from workers`
    await released
  })
  const during = await measure(heldMs)
  // What is urgent lies before all that is used up.
  const hints = createHints(sql, false)
  const delaysMs: number[] = []
  for (let n = 0; n < 5; n += 1) {
    const asked = performance.now()
    const { id } = await enqueue(sql, chaosKind(), { n, ms: 0, act: 'ok', stores: false }, { priority: 0 })
    hints.send('chaos') // as the API does
    await until(
      'the urgent job',
      async () => (await sql`select from jobs where id = ${id} and status = 'completed'`).length > 0,
    )
    delaysMs.push(Math.round(performance.now() - asked))
  }
  const wasHeldFor = await sql`
    select extract(epoch from now() - xact_start)::int as s from pg_stat_activity where backend_xmin is not null and state like 'idle in%'`
  release()
  await held
  await holder.end()
  // A machine that others use becomes faster and slower within minutes: what stands on either side is compared.
  const after = await measure(baselineMs)
  print('a snapshot held', {
    jobs: await finished(),
    heldSeconds: wasHeldFor[0]?.s,
    before: `${Math.round(before)}/s`,
    during: `${Math.round(during)}/s`,
    after: `${Math.round(after)}/s`,
    urgentDelaysMs: delaysMs,
  })
  expect(workers.every(({ process }) => process.exitCode === null)).toBe(true)
  expect(during).toBeGreaterThan((before + after) / 2 / 2)
  expect(Math.max(...delaysMs)).toBeLessThan(5_000)
}, 200_000)
