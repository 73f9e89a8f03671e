import { expect, test } from 'vitest'
import { postgres } from '../../src/db/driver.ts'
import { until } from '../support/poll.ts'
import { databaseForEach } from './database-for-each.ts'
import { areClaiming, isGone, startChaosWorkers } from './fleet.ts'
import { endings, expectExactlyOnce, print, secondsSince, submit } from './records.ts'

const database = databaseForEach()

test('every connection is cut every second: no process ends and no job notices', async () => {
  const began = performance.now()
  const workers = startChaosWorkers(4, database.url)
  await areClaiming(workers)
  const count = 2_000
  await submit(database.sql, count, (n) => ({ ms: (n % 5) * 100, act: n % 10 === 9 ? 'fail-once' : 'ok' }))
  const observer = postgres(database.url, { max: 1 })
  let cut = 0
  let nextCutMs = performance.now()
  await until(
    'every job to end',
    async () => {
      expect(workers.filter(isGone)).toEqual([])
      if (performance.now() >= nextCutMs) {
        const backends = await observer`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`
        cut += backends.length
        nextCutMs += 1_000
      }
      const [open] = await observer`select count(*)::int as n from jobs where status in ('queued', 'running')`
      return open!.n === 0
    },
    120_000,
  )
  print('connections cut', { jobs: count, cut, endings: await endings(observer), seconds: secondsSince(began) })
  expect(workers.filter(isGone)).toEqual([])
  await expectExactlyOnce(observer, count)
  expect(await endings(observer)).toEqual({
    'completed attempt 1 stalls 0': count * 0.9,
    'completed attempt 2 stalls 0': count * 0.1,
  })
  await observer.end()
})
