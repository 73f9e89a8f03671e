import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../support/poll.ts'
import { killAll } from '../support/processes.ts'
import { type ChaosServer, startChaosServer } from './chaos-server.ts'
import { areClaiming, isGone, quickPace, startChaosWorker, startChaosWorkers } from './fleet.ts'
import { allEnded, endings, expectExactlyOnce, print, secondsSince, submit } from './records.ts'

let server: ChaosServer
beforeEach(async () => {
  server = await startChaosServer()
})
afterEach(async () => {
  killAll()
  await server.close()
})

test('Postgres crashes and comes back while jobs are claimed, run and finished: no process ends and no job notices', async () => {
  const began = performance.now()
  const { sql, url } = server
  const workers = startChaosWorkers(4, url)
  await areClaiming(workers)
  const count = 3_000
  await submit(sql, count, (n) => ({ ms: (n % 7) * 50, act: n % 10 === 9 ? 'fail-once' : 'ok' }))
  const endedSoFar = async () =>
    (await sql`select count(*)::int as n from endings`.catch(() => []))[0]?.n as number | undefined
  let crashes = 0
  for (const share of [0.1, 0.3, 0.5, 0.7]) {
    await until(`${share * 100}% of the jobs`, async () => ((await endedSoFar()) ?? 0) >= share * count, 60_000)
    await server.crash()
    await server.start()
    crashes += 1
  }
  await allEnded(sql, 90_000)
  print('Postgres crashed', { jobs: count, crashes, endings: await endings(sql), seconds: secondsSince(began) })
  expect(workers.filter(isGone)).toEqual([])
  await expectExactlyOnce(sql, count)
  expect(await endings(sql)).toEqual({
    'completed attempt 1 stalls 0': count * 0.9,
    'completed attempt 2 stalls 0': count * 0.1,
  })
})

test('SIGTERM while Postgres is frozen: the process is gone all the same, and others do its jobs after the thaw', async () => {
  const began = performance.now()
  const { sql, url } = server
  const drainMs = 2_000
  await submit(sql, 10, () => ({ ms: 3_000 }))
  const worker = startChaosWorker(url, { drainMs, pace: quickPace })
  await areClaiming([worker])
  await until('its jobs', async () => (await sql`select from jobs where status = 'running'`).length === 10)
  server.freeze()
  const asked = performance.now()
  worker.process.kill('SIGTERM')
  const code = await Promise.race([worker.exit, wait(30_000, 'still there')])
  const goneAfterMs = Math.round(performance.now() - asked)
  server.thaw()
  expect(code).toBe(0)
  expect(goneAfterMs).toBeLessThan(drainMs + 8_000)
  startChaosWorker(url, { pace: quickPace })
  await allEnded(sql, 60_000)
  await expectExactlyOnce(sql, 10)
  print('SIGTERM, Postgres frozen', { goneAfterMs, endings: await endings(sql), seconds: secondsSince(began) })
}, 120_000)

test('Postgres stands still, again and again, for about the dead time: nobody is buried for it', async () => {
  const began = performance.now()
  const { sql, url } = server
  const count = 800
  const workers = startChaosWorkers(4, url, { pace: quickPace })
  await areClaiming(workers)
  await submit(sql, count, () => ({ ms: 1_500 }))
  const times = 4
  for (let time = 0; time < times; time++) {
    await until('work', async () => (await sql`select from jobs where status = 'running'`).length > 0)
    server.freeze()
    await wait(quickPace.deadAfterSeconds * 1_000 - 300 * time)
    server.thaw()
    // Somebody must have seen the database for the dead time before it may say who is dead.
    await wait(quickPace.deadAfterSeconds * 1_000 + 500)
  }
  await allEnded(sql, 90_000)
  print('Postgres stood still', { jobs: count, times, endings: await endings(sql), seconds: secondsSince(began) })
  expect(workers.filter(isGone)).toEqual([])
  await expectExactlyOnce(sql, count)
  const [{ stalls } = { stalls: -1 }] = await sql`select sum(stalls)::int as stalls from jobs`
  expect(stalls).toBe(0)
}, 200_000)
