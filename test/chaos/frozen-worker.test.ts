import { expect, test } from 'vitest'
import { until } from '../support/poll.ts'
import { databaseForEach } from './database-for-each.ts'
import { areClaiming, has, startChaosWorker } from './fleet.ts'
import { allEnded, endings, expectExactlyOnce, print, secondsSince, submit } from './records.ts'

const database = databaseForEach()

test('a worker frozen past the dead time changes nothing when it thaws, stops its jobs, and goes on as another', async () => {
  const began = performance.now()
  const { sql, url } = database
  const count = 10
  // Half of them do not listen to their signal: they will finish, and try to write it.
  await submit(sql, count, (n) => ({ ms: 2_000, act: n % 4 < 2 ? 'deaf' : 'ok' }))
  const frozen = startChaosWorker(url, { logLevel: 'debug' })
  await until('its jobs', () => frozen.lines.filter(({ msg }) => msg === 'job claimed').length === count, 30_000)
  frozen.process.kill('SIGSTOP')
  const other = startChaosWorker(url)
  await areClaiming([other])
  await allEnded(sql, 90_000)
  const before = await sql`select * from jobs order by id`
  expect(before.every(({ status, stalls, attempt }) => status === 'completed' && stalls === 1 && attempt === 1)).toBe(
    true,
  )

  frozen.process.kill('SIGCONT')
  await until('its new id', () => has(frozen, 'going on under a new id'), 20_000)
  const messages = (message: string) => frozen.lines.filter(({ msg }) => msg === message).length
  const refused = () => messages('job was no longer ours; nothing written')
  await until('the end of its jobs', () => refused() >= count, 20_000)
  expect(messages('chaos job aborted')).toBeGreaterThan(0)
  expect(await sql`select * from jobs order by id`).toEqual(before)
  await expectExactlyOnce(sql, count)

  // And it works again.
  other.process.kill('SIGTERM')
  await other.exit
  await submit(sql, 4, (n) => ({ n: 100 + n }))
  await allEnded(sql, 20_000)
  await expectExactlyOnce(sql, count + 4)
  print('a worker frozen', { jobs: count + 4, endings: await endings(sql), seconds: secondsSince(began) })
})
