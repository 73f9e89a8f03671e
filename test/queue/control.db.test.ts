import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { cancel } from '../../src/queue/cancel.ts'
import { pause, purge, resume } from '../../src/queue/control.ts'
import { enqueue, enqueueBatch } from '../../src/queue/enqueue.ts'
import { firstIdOf, forget } from '../../src/queue/forget.ts'
import { register } from '../../src/queue/presence.ts'
import { retry, retryWhere } from '../../src/queue/retry.ts'
import { type Ended, turn } from '../../src/queue/turn.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { testKind } from '../support/kinds.ts'

let database: TestDatabase
let worker: string
const kind = testKind()

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.sql`truncate jobs, workers, batches, batch_items, job_tallies, paused_kinds`
  worker = await register(database.sql, kind.name, 10)
})

const claim = async (count = 10) =>
  (await turn(database.sql, { workerId: worker, kind: kind.name, ended: [], claimCount: count })).claimed
const row = async (id: string) => (await database.sql`select * from jobs where id = ${id}`)[0]!
const failAll = async (code: 'TIMEOUT' | 'LLM_REJECTED') => {
  const ended = (await claim()).map((job): Ended => {
    const error = { code, message: 'x', attempt: job.attempt, at: new Date().toISOString() }
    return { claim: job, outcome: { status: 'failed', error } }
  })
  await turn(database.sql, { workerId: worker, kind: kind.name, ended, claimCount: 0 })
}

test('a paused kind is not claimed until it is resumed; others are', async () => {
  const other = testKind(undefined, { name: 'other' })
  await enqueue(database.sql, kind, { n: 1 })
  await enqueue(database.sql, other, { n: 1 })
  await pause(database.sql, kind.name)
  await pause(database.sql, kind.name)
  expect(await claim()).toEqual([])
  const { claimed } = await turn(database.sql, { workerId: worker, kind: 'other', ended: [], claimCount: 1 })
  expect(claimed).toHaveLength(1)
  await resume(database.sql, kind.name)
  expect(await claim()).toHaveLength(1)
})

test('purging cancels what is queued, due or not, and leaves what runs', async () => {
  await enqueueBatch(
    database.sql,
    kind,
    Array.from({ length: 12 }, (_each, n) => ({ input: { n } })),
  )
  await enqueue(database.sql, kind, { n: 100 }, { delayMs: 60_000 })
  const [running] = await claim(1)
  expect(await purge(database.sql, kind.name)).toBe(12)
  expect((await row(running!.id)).status).toBe('running')
  const [tally] = await database.sql`select sum(cancelled)::int as n from job_tallies`
  expect(tally!.n).toBe(12)
})

describe('retrying', () => {
  test('queues failed and cancelled jobs again with all their tries; the rest stays', async () => {
    const failed = await enqueue(database.sql, kind, { n: 1 })
    await failAll('TIMEOUT')
    const cancelled = await enqueue(database.sql, kind, { n: 2 })
    await cancel(database.sql, [cancelled.id])
    const live = await enqueue(database.sql, kind, { n: 3 })
    const retried = await retry(database.sql, [failed.id, cancelled.id, live.id])
    expect(retried.map(({ id }) => id).sort()).toEqual([failed.id, cancelled.id].sort())
    expect(await row(failed.id)).toMatchObject({ status: 'queued', attempt: 0, stalls: 0, finished_at: null })
    expect((await claim()).map(({ attempt }) => attempt)).toEqual([1, 1, 1])
  })

  test('an older claim cannot write to a job that was retried', async () => {
    const { id } = await enqueue(database.sql, kind, { n: 1 })
    const [first] = await claim()
    await cancel(database.sql, [id])
    await retry(database.sql, [id])
    await claim()
    const ended: Ended[] = [{ claim: first!, outcome: { status: 'completed', result: { late: true } } }]
    const { written } = await turn(database.sql, { workerId: worker, kind: kind.name, ended, claimCount: 0 })
    expect(written.size).toBe(0)
    expect((await row(id)).status).toBe('running')
  })

  test('leaves a job whose company has a live one by now, and brings back only one of two', async () => {
    const first = await enqueue(database.sql, kind, { n: 1 })
    await failAll('TIMEOUT')
    const second = await enqueue(database.sql, kind, { n: 1 })
    expect(await retry(database.sql, [first.id])).toEqual([])
    await failAll('TIMEOUT')
    const retried = await retry(database.sql, [first.id, second.id])
    expect(retried.map(({ id }) => id)).toEqual([second.id])
  })

  test('by filter takes those that fit, however many', async () => {
    await enqueue(database.sql, kind, { n: 1 })
    await failAll('TIMEOUT')
    await enqueue(database.sql, kind, { n: 2 })
    await failAll('LLM_REJECTED')
    expect(await retryWhere(database.sql, { status: 'failed', code: 'LLM_REJECTED' })).toBe(1)
    expect(await retryWhere(database.sql, { status: 'failed', kind: 'other' })).toBe(0)
    expect(await retryWhere(database.sql, { status: 'cancelled' })).toBe(0)
    expect(await retryWhere(database.sql, { status: 'failed' })).toBe(1)
    await enqueueBatch(
      database.sql,
      kind,
      Array.from({ length: 2_500 }, (_each, n) => ({ input: { n: n + 10 } })),
    )
    await purge(database.sql, kind.name)
    expect(await retryWhere(database.sql, { status: 'cancelled' })).toBe(2_502)
  })
})

describe('forgetting', () => {
  const now = new Date('2026-11-23T12:00:00Z')
  const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)
  const add = async (status: string, days: number, endedDays = days) => {
    const id = firstIdOf(daysAgo(days)).replace(/0000$/, String(Math.floor(Math.random() * 9_000) + 1_000))
    const worker = status === 'running' ? '01a20616-c2cf-74fa-b13e-032f09e73292' : null
    const ended = status === 'queued' || status === 'running' ? null : daysAgo(endedDays)
    await database.sql`insert into jobs (id, kind, status, claimed_by, max_attempts, exclusive, input, finished_at)
      values (${id}, 'test', ${status}, ${worker}, 1, false, '{}', ${ended})`
    return id
  }

  test('deletes what is older than its status allows, and nothing that is live', async () => {
    await add('completed', 31)
    await add('failed', 91)
    await add('cancelled', 91)
    const kept = [
      await add('completed', 29),
      await add('completed', 60, 1), // failed, and retried yesterday
      await add('failed', 31),
      await add('cancelled', 31),
      await add('queued', 400),
      await add('running', 400),
    ]
    expect(await forget(database.sql, { completedDays: 30, failedDays: 90, cancelledDays: 90 }, now)).toBe(3)
    const left = await database.sql<{ id: string }[]>`select id from jobs`
    expect(left.map(({ id }) => id).sort()).toEqual(kept.sort())
  })

  test('keeps for ever what has no retention, and a batch as long as it has a job', async () => {
    const id = await add('completed', 400)
    await database.sql`insert into batches (id, kind) values (${firstIdOf(daysAgo(400))}, 'test')`
    await database.sql`insert into batch_items values (${firstIdOf(daysAgo(400))}, 0, ${id})`
    expect(await forget(database.sql, { completedDays: 0, failedDays: 1, cancelledDays: 1 }, now)).toBe(0)
    await forget(database.sql, { completedDays: 500, failedDays: 1, cancelledDays: 1 }, now)
    expect(await database.sql`select id from batches`).toHaveLength(1)
    expect(await forget(database.sql, { completedDays: 30, failedDays: 1, cancelledDays: 1 }, now)).toBe(1)
    expect(await database.sql`select job_id from batch_items`).toEqual([])
    expect(await database.sql`select id from batches`).toEqual([])
  })
})
