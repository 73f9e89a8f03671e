import { afterEach, expect, test } from 'vitest'
import { connect } from '../../src/db/connect.ts'
import { until } from '../support/poll.ts'
import { databaseForEach } from './database-for-each.ts'
import { areClaiming, isGone, startChaosWorkers } from './fleet.ts'
import { hasPgbouncer, type Pgbouncer, startPgbouncer } from './pgbouncer.ts'
import { allEnded, endings, expectExactlyOnce, print, secondsSince, submit } from './records.ts'

const database = databaseForEach()
let pooler: Pgbouncer | undefined
afterEach(() => pooler?.stop())

if (!hasPgbouncer) print('pgbouncer', { skipped: 'it is not installed here (Debian: apt-get install pgbouncer)' })

test.skipIf(!hasPgbouncer)(
  'through a transaction pooler every job completes, and SIGTERM hands back what runs',
  async () => {
    const began = performance.now()
    pooler = await startPgbouncer(database.url)
    const { pool, isPooled } = await connect({ url: pooler.url, name: 'sonda chaos test', poolSize: () => 4 })
    expect(isPooled).toBe(true)
    const leaving = startChaosWorkers(2, pooler.url, { drainMs: 1_000 })
    const staying = startChaosWorkers(2, pooler.url)
    await areClaiming([...leaving, ...staying])

    const count = 1_000
    const half = count / 2
    await submit(pool, half, (n) => ({ ms: n % 10 === 0 ? 5_000 : 20, act: n % 10 === 9 ? 'fail-once' : 'ok' }))
    const pids = leaving.map(({ process }) => process.pid!)
    await until(
      'long jobs where they will be handed back',
      async () => {
        const [held] = await pool`
        select count(*)::int as n from jobs join workers on workers.id = jobs.claimed_by
        where workers.pid = any (${pids}) and jobs.input->>'ms' = '5000' and jobs.started_at > now() - interval '2 seconds'`
        return held!.n > 0
      },
      30_000,
    )
    const asked = performance.now()
    for (const { process } of leaving) process.kill('SIGTERM')
    expect(await Promise.all(leaving.map(({ exit }) => exit))).toEqual([0, 0])
    const goneAfterMs = Math.round(performance.now() - asked)
    await submit(pool, half, (n) => ({ n: half + n }))
    await allEnded(pool, 90_000)

    expect(staying.filter(isGone)).toEqual([])
    await expectExactlyOnce(pool, count)
    const [handedBack] = await pool`
    select count(*)::int as n from jobs where claims > attempt`
    print('pgbouncer', {
      jobs: count,
      handedBack: handedBack!.n,
      goneAfterMs,
      endings: await endings(pool),
      seconds: secondsSince(began),
    })
    expect(goneAfterMs).toBeLessThan(4_000)
    expect(handedBack!.n).toBeGreaterThan(0)
    expect(await endings(pool)).toEqual({
      'completed attempt 1 stalls 0': count - 50,
      'completed attempt 2 stalls 0': 50,
    })
    await pool.end({ timeout: 1 })
  },
)
