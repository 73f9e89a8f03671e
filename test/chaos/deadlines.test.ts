import { expect, test } from 'vitest'
import { enqueue } from '../../src/queue/enqueue.ts'
import { until } from '../support/poll.ts'
import { chaosKind } from './chaos-kind.ts'
import { databaseForEach } from './database-for-each.ts'
import { areClaiming, startChaosWorker, startChaosWorkers } from './fleet.ts'
import { allEnded, endings, expectExactlyOnce, print, secondsSince, submit } from './records.ts'

const database = databaseForEach()

test('a handler that never returns and does not listen frees its slot at the timeout', async () => {
  const began = performance.now()
  const { sql, url } = database
  const once = chaosKind({ maxAttempts: 1 })
  const hanging = await enqueue(sql, once, { n: -1, ms: 0, act: 'hang', stores: true })
  await submit(sql, 20)
  const worker = startChaosWorker(url, { slots: 1, timeoutSeconds: 2 })
  await areClaiming([worker])
  await allEnded(sql, 20_000)
  const [job] = await sql`
    select *, extract(epoch from finished_at - started_at)::float8 as seconds from jobs where id = ${hanging.id}`
  expect(job).toMatchObject({ status: 'failed', attempt: 1, error: { code: 'TIMEOUT' } })
  expect(job!.seconds).toBeGreaterThan(1.9)
  expect(job!.seconds).toBeLessThan(4.5)
  await expectExactlyOnce(sql, 21)
  print('a handler hung', {
    jobs: 21,
    heldSeconds: job!.seconds,
    endings: await endings(sql),
    seconds: secondsSince(began),
  })
})

test('SIGTERM under load: gone within the deadline, nothing lost, and no try spent on what was handed back', async () => {
  const began = performance.now()
  const { sql, url } = database
  const count = 1_000
  const drainMs = 2_000
  // Every fifth runs longer than the drain, and of these every other one does not listen either.
  await submit(sql, count, (n) => (n % 5 === 0 ? { ms: 8_000, act: n % 10 === 0 ? 'ok' : 'deaf' } : { ms: 20 }))
  const leaving = startChaosWorkers(4, url, { drainMs, slots: 20 })
  await areClaiming(leaving)
  await until('work', async () => (await sql`select count(*)::int as n from endings`)[0]!.n > 100, 30_000)
  const asked = performance.now()
  for (const { process } of leaving) process.kill('SIGTERM')
  const exits = await Promise.all(
    leaving.map(async ({ exit }) => ({ code: await exit, afterMs: performance.now() - asked })),
  )
  const slowestMs = Math.round(Math.max(...exits.map(({ afterMs }) => afterMs)))
  expect(exits.map(({ code }) => code)).toEqual([0, 0, 0, 0])
  // The deadline, and what aborted handlers get to end: a second.
  expect(slowestMs).toBeLessThan(drainMs + 3_000)
  expect(await sql`select id from workers`).toEqual([])
  const [handedBack] = await sql`select count(*)::int as n from jobs where status = 'queued' and claims > 0`
  expect(handedBack!.n).toBeGreaterThan(0)
  expect(
    await sql`select id from jobs where status = 'running' or status = 'queued' and (attempt > 0 or stalls > 0)`,
  ).toEqual([])

  startChaosWorkers(3, url, { slots: 100, batchSize: 100 })
  await allEnded(sql, 60_000)
  await expectExactlyOnce(sql, count)
  expect(await endings(sql)).toEqual({ 'completed attempt 1 stalls 0': count })
  print('SIGTERM', { jobs: count, handedBack: handedBack!.n, goneAfterMs: slowestMs, seconds: secondsSince(began) })
})
