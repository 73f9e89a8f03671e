import { expect, test } from 'vitest'
import { enqueue } from '../../src/queue/enqueue.ts'
import { until } from '../support/poll.ts'
import { chaosKind } from './chaos-kind.ts'
import { databaseForEach } from './database-for-each.ts'
import { areClaiming, isGone, quickPace, startChaosWorker, startChaosWorkers } from './fleet.ts'
import { endings, expectExactlyOnce, print, secondsSince, submit } from './records.ts'

const database = databaseForEach()

test('2,000 jobs end exactly once while a worker is killed every second', async () => {
  const began = performance.now()
  const { sql, url } = database
  const workers = startChaosWorkers(6, url, { pace: quickPace, logLevel: 'error' })
  await submit(sql, 2_000, (n) => ({ ms: 50 + (n % 5) * 50, act: n % 10 === 9 ? 'fail-once' : 'ok' }))
  const open = async () =>
    (await sql`select count(*)::int as n from jobs where status in ('queued', 'running')`)[0]!.n as number
  await until('the first jobs to end', async () => (await open()) < 2_000, 60_000)
  let kills = 0
  let nextKillMs = performance.now()
  await until(
    'every job to end',
    async () => {
      if (performance.now() >= nextKillMs) {
        const victim = Math.floor(Math.random() * workers.length)
        workers[victim]!.process.kill('SIGKILL')
        workers[victim] = startChaosWorker(url, { pace: quickPace, logLevel: 'error' })
        kills += 1
        nextKillMs += 1_000
      }
      return (await open()) === 0
    },
    120_000,
  )
  await expectExactlyOnce(sql, 2_000)
  const [stalls] = await sql`select sum(stalls)::int as n from jobs`
  print('workers killed', {
    jobs: 2_000,
    kills,
    stalls: stalls!.n,
    endings: await endings(sql),
    seconds: secondsSince(began),
  })
  expect(stalls!.n).toBeGreaterThan(0)
  // A stall is no try. A job that runs for a sixth of a second is hit by one kill in a hundred, and hardly ever three times;
  // then it says so.
  expect(
    await sql`select id, status, attempt, stalls, error from jobs
      where case status
        when 'completed' then attempt <> case when input->>'act' = 'fail-once' then 2 else 1 end
        else not (stalls = 3 and error->>'code' = 'WORKER_LOST') end`,
  ).toEqual([])
  expect((await sql`select count(*)::int as n from jobs where status = 'failed'`)[0]!.n).toBeLessThanOrEqual(3)
}, 200_000)

test('a job that kills its worker fails at the third, and what runs beside it completes', async () => {
  const began = performance.now()
  const { sql, url } = database
  const start = () => startChaosWorker(url, { pace: quickPace })
  // The murderer is fast, and its first batch-mates still run when it strikes.
  const murderer = await enqueue(sql, chaosKind(), { n: -1, ms: 300, act: 'kill', stores: false })
  await submit(sql, 59, (n) => ({ ms: n < 9 ? 1_500 : 200 }))
  const workers = [start(), start()]
  await areClaiming(workers)
  let deaths = 0
  await until(
    'every job to end',
    async () => {
      for (const [at, worker] of workers.entries()) {
        if (!isGone(worker)) continue
        deaths += 1
        workers[at] = start()
      }
      const [open] = await sql`select count(*)::int as n from jobs where status in ('queued', 'running')`
      return open!.n === 0
    },
    120_000,
  )
  print('a murderous job', { jobs: 60, deaths, endings: await endings(sql), seconds: secondsSince(began) })
  expect((await sql`select status, stalls, attempt, error from jobs where id = ${murderer.id}`)[0]).toMatchObject({
    status: 'failed',
    stalls: 3,
    error: { code: 'WORKER_LOST' },
  })
  expect(await sql`select id, stalls, attempt from jobs where status <> 'completed' and id <> ${murderer.id}`).toEqual(
    [],
  )
  expect((await sql`select count(*)::int as n from jobs where status = 'completed' and attempt = 1`)[0]!.n).toBe(59)
  expect(deaths).toBe(3)
  await expectExactlyOnce(sql, 60)
}, 150_000)
