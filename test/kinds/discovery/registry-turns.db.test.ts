import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { postgres } from '../../../src/db/driver.ts'
import { run } from '../../../src/db/queries.ts'
import { Failure } from '../../../src/errors.ts'
import { createRegistryTurns } from '../../../src/kinds/discovery/registry-turns.ts'
import { createLog } from '../../../src/log.ts'
import { outcomeOfError } from '../../../src/queue/outcome.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { until } from '../../support/poll.ts'
import { killAll, startScript } from '../../support/processes.ts'

const log = createLog('silent', {})
const { signal } = new AbortController()
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
afterEach(killAll)

const turnsWith = (patienceMs: number) => createRegistryTurns(database.sql, { patienceMs, log })

/** Milliseconds that a promise takes. */
async function duration(work: Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work
  return performance.now() - startedAt
}

const valid = [
  '11222333000181',
  '12ABC34501DE35',
  '19131243000197',
  '33683111000280',
  '60701190000104',
  '1A2B3C4D000179',
]

it('one limit holds for all processes together', async () => {
  const spacingMs = 150
  const arrivedAtMs: number[] = []
  const server = createServer((request, response) => {
    arrivedAtMs.push(performance.now())
    response.end(JSON.stringify({ cnpj: request.url?.slice(1), razao_social: 'PADARIA AURORA LTDA' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const processes = [1, 2, 3].map(() =>
    startScript('test/kinds/discovery/turn-taking-process.ts', [database.url, url, String(spacingMs), ...valid]),
  )
  expect(await Promise.all(processes.map(({ exit }) => exit))).toEqual([0, 0, 0])
  server.close()

  const calls = 3 * valid.length
  expect(arrivedAtMs).toHaveLength(calls)
  // A call may be on its way longer than the next one. Were each process to keep a limit of its own, seven calls would
  // arrive within two spacings, and all of them within five.
  for (let first = 0; first + 6 < calls; first += 1) {
    expect(arrivedAtMs[first + 6]! - arrivedAtMs[first]!).toBeGreaterThan(3 * spacingMs)
  }
  expect(arrivedAtMs.at(-1)! - arrivedAtMs[0]!).toBeGreaterThan(14 * spacingMs)
})

describe('a turn', () => {
  it('is waited for when it is near, and refused at once when it is farther than the patience', async () => {
    const source = { host: 'near.test', spacingMs: 1_500 }
    const turns = turnsWith(2_000)
    expect(await turns.take(source, { signal })).toBe(true)
    const second = turns.take(source, { signal })
    await until('the second has its turn reserved', async () => {
      const [row] = await database.sql`select next_at > now() + interval '2 s' as is_far from registry_hosts
        where host = 'near.test'`
      return row?.is_far
    })
    expect(await duration(turns.take(source, { signal }).then((isMine) => expect(isMine).toBe(false)))).toBeLessThan(
      300,
    )
    expect(await second).toBe(true)
  })

  it('ends with the signal, whose reason it throws', async () => {
    const source = { host: 'aborted.test', spacingMs: 60_000 }
    const turns = turnsWith(120_000)
    await turns.take(source, { signal })
    const abort = new AbortController()
    const waiting = turns.take(source, { signal: abort.signal })
    const reason = new Error('cancelled')
    abort.abort(reason)
    await expect(waiting).rejects.toBe(reason)
  })

  it('at a host without a limit is there at once, also for many', async () => {
    const source = { host: 'own.test', spacingMs: 0 }
    const turns = turnsWith(1_000)
    const taken = await Promise.all(Array.from({ length: 200 }, () => turns.take(source, { signal })))
    expect(taken).not.toContain(false)
  })
})

describe('a pause', () => {
  it.each([0, 50])('holds for every process at once, with %s ms between calls', async (spacingMs) => {
    const source = { host: `paused-${spacingMs}.test`, spacingMs }
    await turnsWith(1_000).pause(source.host, 60_000)
    expect(await turnsWith(1_000).take(source, { signal })).toBe(false)
    expect(await turnsWith(1_000).queueUp([source], { signal })).toBeGreaterThan(59_000)
  })

  it('is not made shorter by a later one', async () => {
    const source = { host: 'twice.test', spacingMs: 0 }
    const turns = turnsWith(5_000)
    await turns.pause(source.host, 60_000)
    await turns.pause(source.host, 1_000)
    expect(await turns.take(source, { signal })).toBe(false)
  })

  it('holds also for those who wait for their turn already', async () => {
    const source = { host: 'waiting.test', spacingMs: 300 }
    const turns = turnsWith(5_000)
    await turns.take(source, { signal })
    const waiting = turns.take(source, { signal })
    await turns.pause(source.host, 60_000)
    expect(await waiting).toBe(false)
  })
})

describe('jobs that are sent away', () => {
  it('are told moments of their own, at the host that is soonest free', async () => {
    const slow = { host: 'slow.test', spacingMs: 60_000 }
    const fast = { host: 'fast.test', spacingMs: 10_000 }
    const turns = turnsWith(0)
    for (const source of [slow, fast]) await turns.take(source, { signal })
    const waits: number[] = []
    for (let job = 0; job < 7; job += 1) waits.push(await turns.queueUp([slow, fast], { signal }))
    const rounded = waits.map((ms) => Math.round(ms / 10_000) * 10)
    // fast at 10 to 60 s, and slow at 60 s as well
    expect(rounded).toEqual([10, 20, 30, 40, 50, 60, 60])
  })

  it('are told a moment within the hour, however many they are', async () => {
    const source = { host: 'crowd.test', spacingMs: 60_000 }
    const turns = turnsWith(0)
    await turns.take(source, { signal })
    await turns.pause(source.host, 30 * 60_000)
    const waits = await Promise.all(Array.from({ length: 100 }, () => turns.queueUp([source], { signal })))
    expect(Math.max(...waits)).toBeLessThanOrEqual(62 * 60_000)
    expect(new Set(waits.map((ms) => Math.round(ms / 60_000))).size).toBeGreaterThan(29)
  })

  it('come back seldom, all get their turn, and the limit holds, also when all arrive at once', async () => {
    // Two public hosts of 60 and 10 calls a minute and 1,500 companies, in time that the test moves: 21.5 min at best.
    const sources = [
      { host: 'sixty.test', spacingMs: 1_000 },
      { host: 'ten.test', spacingMs: 6_000 },
    ]
    const jobCount = 1_500
    const patienceMs = 5_000
    const sql = postgres(database.url, { max: 1, onnotice: () => {} })
    const turns = createRegistryTurns(sql, { log })
    const startMs = Date.parse('2026-11-23T00:00:00Z')
    const waiting = Array.from({ length: jobCount }, (_job, at) => ({ atMs: startMs + at * 3, snoozes: 0 }))
    const calls = sources.map((): number[] => [])
    let asks = 0
    let mostSnoozes = 0
    /** As `turns.take`, but for the waiting: when the call may be made. */
    const turnAt = async (index: number, atMs: number): Promise<number | undefined> => {
      const { host, spacingMs } = sources[index]!
      const [turn] = await run<{ wait_ms: number }>(sql, 'registry_take_turn', [host, spacingMs, patienceMs])
      if (!turn) return undefined
      calls[index]!.push(atMs + turn.wait_ms)
      return atMs + turn.wait_ms
    }
    while (waiting.length > 0) {
      waiting.sort((one, other) => one.atMs - other.atMs)
      const job = waiting.shift()!
      await sql`select set_config('sonda.now', ${new Date(job.atMs).toISOString()}, false)`
      asks += 1
      mostSnoozes = Math.max(mostSnoozes, job.snoozes)
      if ((await turnAt(0, job.atMs)) ?? (await turnAt(1, job.atMs))) continue
      const failure = new Failure('REGISTRY_BUSY', undefined, {
        retryAfterMs: await turns.queueUp(sources, { signal }),
      })
      const state = { attempt: 1, maxAttempts: 3, snoozes: job.snoozes }
      const outcome = outcomeOfError(failure, state, { now: new Date(), random: (asks * 0.618) % 1 })
      if (outcome.status !== 'queued' || outcome.counts) throw new Error('a try was spent')
      waiting.push({ atMs: job.atMs + outcome.delayMs, snoozes: job.snoozes + 1 })
    }
    await sql.end()
    for (const [index, { spacingMs }] of sources.entries()) {
      const gaps = calls[index]!.slice(1).map((atMs, before) => atMs - calls[index]![before]!)
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(spacingMs)
    }
    const minutes = (Math.max(...calls.flat()) - startMs) / 60_000
    expect(asks / jobCount).toBeLessThan(4)
    expect(mostSnoozes).toBeLessThan(20)
    expect(minutes).toBeLessThan(30)
  })
})
