import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../../src/db/queries.ts'
import { cancel } from '../../src/queue/cancel.ts'
import { enqueue, enqueueBatch } from '../../src/queue/enqueue.ts'
import { handedBack, type JobOutcome } from '../../src/queue/outcome.ts'
import { beat, leave, register } from '../../src/queue/presence.ts'
import { findMine, handBackUnknown, promote, reap } from '../../src/queue/recover.ts'
import { retry } from '../../src/queue/retry.ts'
import { type ClaimedJob, claimKey, type Ended, finishInside, turn } from '../../src/queue/turn.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { testKind } from '../support/kinds.ts'

let database: TestDatabase
let a: string
let b: string
const kind = testKind()
const sqlOf = () => database.sql

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.sql`truncate jobs, workers, batches, batch_items, job_tallies, llm_slots`
  a = await register(database.sql, kind.name, 10)
  b = await register(database.sql, kind.name, 10)
})

const claim = async (workerId: string, claimCount = 10): Promise<ClaimedJob[]> =>
  (await turn(sqlOf(), { workerId, kind: kind.name, ended: [], claimCount })).claimed
const finish = async (workerId: string, ...ended: Ended[]): Promise<Set<string>> =>
  (await turn(sqlOf(), { workerId, kind: kind.name, ended, claimCount: 0 })).written
const completed = (result: object): JobOutcome => ({ status: 'completed', result })
const row = async (id: string) => (await database.sql`select * from jobs where id = ${id}`)[0]!
const enqueueMany = (count: number) =>
  enqueueBatch(
    sqlOf(),
    kind,
    Array.from({ length: count }, (_each, n) => ({ input: { n } })),
  )
const kill = (workerId: string) =>
  database.sql`update workers set beat_at = clock() - interval '36 seconds' where id = ${workerId}`

describe('claiming', () => {
  test('takes at most what is asked for, the lowest priority first, then the oldest', async () => {
    await enqueue(sqlOf(), kind, { n: 1 }, { priority: 5 })
    const second = await enqueue(sqlOf(), kind, { n: 2 })
    const third = await enqueue(sqlOf(), kind, { n: 3 })
    const claimed = await claim(a, 2)
    expect(claimed.map(({ id }) => id).sort()).toEqual([second.id, third.id])
    expect(claimed.every(({ attempt, claims }) => attempt === 1 && claims === 1)).toBe(true)
  })

  test('gives every job to exactly one of many claimants at once', async () => {
    await enqueueMany(500)
    const claims = await Promise.all(Array.from({ length: 60 }, (_each, n) => claim(n % 2 ? a : b, 10)))
    const ids = claims.flat().map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBe(500)
  })

  test('finds nothing for a worker that has no row', async () => {
    await enqueue(sqlOf(), kind, { n: 1 })
    await database.sql`delete from workers where id = ${a}`
    expect(await claim(a)).toEqual([])
    expect(await claim(b)).toHaveLength(1)
  })

  test('passes over a job that is not due, until it is', async () => {
    const { id } = await enqueue(sqlOf(), kind, { n: 1 }, { delayMs: 60_000 })
    expect(await promote(sqlOf())).toEqual([])
    expect(await claim(a)).toEqual([])
    await database.sql`update jobs set run_at = clock() where id = ${id}`
    expect(await promote(sqlOf())).toEqual([kind.name])
    expect(await claim(a)).toHaveLength(1)
  })

  test('lets a batch and a single request through a larger batch', async () => {
    const large = await enqueueMany(1000)
    const single = await enqueue(sqlOf(), kind, { n: 5000 })
    const claimed = await claim(a, 1)
    expect(claimed[0]?.id).toBe(single.id)
    const small = await enqueueBatch(sqlOf(), kind, [{ input: { n: 6000 } }])
    const next = await claim(a, 60)
    expect(next.map(({ id }) => id)).toContain(small.jobs[0]!.id)
    expect(next.filter(({ id }) => large.jobs.some((job) => job.id === id))).toHaveLength(59)
  })
})

describe('finishing', () => {
  test('writes results and errors of many jobs in one statement and claims the next', async () => {
    await enqueueMany(20)
    const first = await claim(a, 10)
    const ended = first.map((job, n): Ended => ({ claim: job, outcome: completed({ n, text: `a'"\\{},\n${n}` }) }))
    const { claimed, written } = await turn(sqlOf(), { workerId: a, kind: kind.name, ended, claimCount: 10 })
    expect(written.size).toBe(10)
    expect(claimed).toHaveLength(10)
    const stored = await row(first[3]!.id)
    expect(stored).toMatchObject({
      status: 'completed',
      result: { n: 3, text: `a'"\\{},\n3` },
      claimed_by: null,
      attempt: 1,
    })
    expect(stored.finished_at).toBeInstanceOf(Date)
    const [tally] = await database.sql`select sum(completed)::int as completed from job_tallies`
    expect(tally!.completed).toBe(10)
  })

  test('stores NUL bytes and lone surrogates of a page as what Postgres can hold', async () => {
    const { id } = await enqueue(sqlOf(), kind, { n: 1 })
    const [job] = await claim(a)
    await finish(a, { claim: job!, outcome: completed({ text: 'a\u0000b\ud800c' }) })
    expect((await row(id)).result).toEqual({ text: 'ab\ufffdc' })
  })

  test('changes nothing for another worker, an older claim, or a job that is not running', async () => {
    const { id } = await enqueue(sqlOf(), kind, { n: 1 })
    const [job] = await claim(a)
    expect((await finish(b, { claim: job!, outcome: completed({ by: 'b' }) })).size).toBe(0)
    await finish(a, { claim: job!, outcome: handedBack })
    const [again] = await claim(a)
    expect(again).toMatchObject({ id, attempt: 1, claims: 2 })
    expect((await finish(a, { claim: job!, outcome: completed({ by: 'the first claim' }) })).size).toBe(0)
    expect((await row(id)).status).toBe('running')
    expect((await finish(a, { claim: again!, outcome: completed({ by: 'the second' }) })).size).toBe(1)
    expect((await finish(a, { claim: again!, outcome: completed({ by: 'twice' }) })).size).toBe(0)
    expect((await row(id)).result).toEqual({ by: 'the second' })
  })

  test('a retry waits its delay and keeps its try; a snooze gives it back', async () => {
    const { id } = await enqueue(sqlOf(), kind, { n: 1 })
    const error = { code: 'INTERNAL' as const, message: 'x', attempt: 1, at: new Date().toISOString() }
    const [job] = await claim(a)
    await finish(a, { claim: job!, outcome: { status: 'queued', error, delayMs: 60_000, counts: true } })
    const retried = await row(id)
    expect(retried).toMatchObject({ status: 'queued', attempt: 1, error: { code: 'INTERNAL' }, claimed_by: null })
    expect(retried.run_at.getTime()).toBeGreaterThan(Date.now() + 50_000)
    await database.sql`update jobs set run_at = null`
    const [second] = await claim(a)
    expect(second!.attempt).toBe(2)
    await finish(a, { claim: second!, outcome: { status: 'queued', error, delayMs: 60_000, counts: false } })
    expect((await row(id)).attempt).toBe(1)
  })
})

describe('one live job per subject', () => {
  test('the second request gets the first id; after the end there is room for a new one', async () => {
    const first = await enqueue(sqlOf(), kind, { n: 1 })
    expect(await enqueue(sqlOf(), kind, { n: 1 })).toEqual({ id: first.id, deduplicated: true })
    expect((await enqueue(sqlOf(), kind, { n: 1 }, { exclusive: false })).deduplicated).toBe(false)
    expect((await enqueue(sqlOf(), kind, { n: 1 }, { owner: 'else' })).deduplicated).toBe(false)
    const claimed = await claim(a)
    expect(await enqueue(sqlOf(), kind, { n: 1 })).toEqual({ id: first.id, deduplicated: true })
    await finish(a, ...claimed.map((job): Ended => ({ claim: job, outcome: completed({}) })))
    expect((await enqueue(sqlOf(), kind, { n: 1 })).deduplicated).toBe(false)
  })

  test('a hundred requests at once make one job', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => enqueue(sqlOf(), kind, { n: 7 })))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect(answers.filter(({ deduplicated }) => !deduplicated)).toHaveLength(1)
  })

  test('a company twice in a batch is one job that both items refer to', async () => {
    const { batchId, jobs } = await enqueueBatch(sqlOf(), kind, [
      { input: { n: 1 }, externalId: 'x' },
      { input: { n: 2 } },
      { input: { n: 1 } },
    ])
    expect(jobs[2]).toEqual({ id: jobs[0]!.id, deduplicated: true })
    const items =
      await database.sql`select job_id, external_id from batch_items where batch_id = ${batchId} order by position`
    expect(items.map((item) => [item.job_id, item.external_id])).toEqual([
      [jobs[0]!.id, 'x'],
      [jobs[1]!.id, null],
      [jobs[0]!.id, null],
    ])
  })
})

describe('recovery', () => {
  const sign = { running: 1, isDraining: false, gapSeconds: 20 }

  test('a dead worker’s jobs are taken by exactly one reaper, with the try given back', async () => {
    await enqueueMany(3)
    const jobs = await claim(a, 2)
    await claim(b, 1)
    await kill(a)
    const taken = (await Promise.all([reap(sqlOf()), reap(sqlOf()), reap(sqlOf())])).flat()
    expect(taken.map(({ id }) => id).sort()).toEqual(jobs.map(({ id }) => id).sort())
    expect(await row(jobs[0]!.id)).toMatchObject({ status: 'queued', attempt: 0, stalls: 1, claimed_by: null })
    expect(await beat(sqlOf(), a, sign)).toBe(false)
    expect(await beat(sqlOf(), b, sign)).toBe(true)
    expect((await finish(a, { claim: jobs[0]!, outcome: completed({ by: 'the dead' }) })).size).toBe(0)
  })

  test('a reaper whose statement lay in a frozen server buries nobody, nor for a while after', async () => {
    const { id } = await enqueue(sqlOf(), kind, { n: 1 })
    await claim(a)
    const witness = { workerId: b, silentSeconds: 35, gapSeconds: 20 }
    const later = (seconds: number) =>
      database.sql`update workers set beat_at = beat_at - ${seconds} * interval '1 second',
        unbroken_since = unbroken_since - ${seconds} * interval '1 second'`
    await later(40)
    expect(await reap(sqlOf(), witness)).toEqual([])
    await beat(sqlOf(), b, sign)
    expect(await reap(sqlOf(), witness)).toEqual([])
    // Half a minute in which it beats, and the other does not.
    for (const _beat of [1, 2, 3, 4]) {
      expect(await reap(sqlOf(), witness)).toEqual([])
      await later(10)
      await beat(sqlOf(), b, sign)
    }
    expect(await reap(sqlOf(), witness)).toMatchObject([{ id, stalls: 1 }])
  })

  test('the third stall fails the job with WORKER_LOST', async () => {
    const { id } = await enqueue(sqlOf(), kind, { n: 1 })
    for (const stall of [1, 2, 3]) {
      const worker = await register(sqlOf(), kind.name, 1)
      expect(await claim(worker, 1)).toHaveLength(1)
      await kill(worker)
      await reap(sqlOf())
      expect((await row(id)).stalls).toBe(stall)
    }
    expect(await row(id)).toMatchObject({ status: 'failed', error: { code: 'WORKER_LOST' } })
    expect((await row(id)).finished_at).toBeInstanceOf(Date)
  })

  test('a claim that was under way while its worker was buried is taken too', async () => {
    const { id } = await enqueue(sqlOf(), kind, { n: 1 })
    await claim(a)
    await database.sql`delete from workers where id = ${a}`
    expect(await reap(sqlOf())).toMatchObject([{ id, status: 'queued', stalls: 1 }])
  })

  test('leaving hands back without a try or a stall, and frees LLM slots', async () => {
    const { id } = await enqueue(sqlOf(), kind, { n: 1 })
    await claim(a)
    await database.sql`insert into llm_slots values ('x', 1, ${a}, clock())`
    expect(await leave(sqlOf(), a)).toBe(1)
    expect(await row(id)).toMatchObject({ status: 'queued', attempt: 0, stalls: 0, claimed_by: null })
    expect((await database.sql`select held_by from llm_slots`)[0]!.held_by).toBeNull()
  })

  test('what a worker holds without knowing goes back; what it knows stays', async () => {
    await enqueueMany(3)
    const jobs = await claim(a, 3)
    expect(await handBackUnknown(sqlOf(), a, [jobs[0]!])).toBe(2)
    expect([...(await findMine(sqlOf(), a, jobs))]).toEqual([claimKey(jobs[0]!)])
  })
})

test('a request that is answered with a job of a batch takes that job to its own place in the queue', async () => {
  const { jobs } = await enqueueMany(120)
  const last = jobs.at(-1)!.id
  expect(await enqueue(sqlOf(), kind, { n: 119 })).toEqual({ id: last, deduplicated: true })
  expect((await claim(a, 1)).map(({ id }) => id)).toEqual([last])
})

test('batches that hold the same companies in different orders do not wait for each other', async () => {
  const items = Array.from({ length: 300 }, (_each, n) => ({ input: { n } }))
  const orders = [items, items.toReversed(), items.toSorted((x, y) => (x.input.n % 7) - (y.input.n % 7))]
  const batches = await Promise.all(orders.map((each) => enqueueBatch(sqlOf(), kind, each)))
  expect(new Set(batches.flatMap(({ jobs }) => jobs.map(({ id }) => id))).size).toBe(300)
})

test('a job claimed again by the same worker: its last claim can write nothing, and does not count as held', async () => {
  const { id } = await enqueue(sqlOf(), kind, { n: 1 })
  const [last] = await claim(a, 1)
  await cancel(sqlOf(), [id])
  await retry(sqlOf(), [id])
  const [now] = await claim(a, 1)
  expect(now).toMatchObject({ id, claims: 2 })
  expect(await finishInside(sqlOf(), { workerId: a, claim: last!, result: {} })).toBe(false)
  expect(await finish(a, { claim: last!, outcome: completed({}) })).toEqual(new Set())
  expect(await run(sqlOf(), 'job_report_progress', [a, id, last!.claims, '{}'])).toEqual([])
  expect(await findMine(sqlOf(), a, [last!, now!])).toEqual(new Set([claimKey(now!)]))
  expect(await handBackUnknown(sqlOf(), a, [last!])).toBe(1)
  expect(await row(id)).toMatchObject({ status: 'queued', attempt: 0, result: null, progress: null })
})

test('a retried job starts over: with all its tries, and none of its stalls', async () => {
  const { id } = await enqueue(sqlOf(), kind, { n: 1 })
  await claim(a, 1)
  await database.sql`update jobs set stalls = 2 where id = ${id}`
  await cancel(sqlOf(), [id])
  await retry(sqlOf(), [id])
  expect(await row(id)).toMatchObject({ status: 'queued', attempt: 0, stalls: 0 })
})

test('snoozes are counted apart from claims, and a retry starts over', async () => {
  const { id } = await enqueue(sqlOf(), kind, { n: 1 })
  const error = { code: 'DISCOVERY_PENDING', message: '', attempt: 1, at: '' } as const
  for (const snoozes of [0, 1, 2]) {
    const [job] = await claim(a, 1)
    expect(job).toMatchObject({ id, attempt: 1, snoozes, claims: snoozes + 1 })
    await finish(a, { claim: job!, outcome: { status: 'queued', error, delayMs: 0, counts: false } })
  }
  await cancel(sqlOf(), [id])
  await retry(sqlOf(), [id])
  expect((await claim(a, 1))[0]).toMatchObject({ snoozes: 0, claims: 4 })
})

test('cancelling ends queued and running jobs at once, and nothing that has ended', async () => {
  const { jobs } = await enqueueMany(3)
  const [first] = await claim(a, 1)
  const [second] = await claim(a, 1)
  await finish(a, { claim: second!, outcome: completed({}) })
  const ended = await cancel(
    sqlOf(),
    jobs.map(({ id }) => id),
  )
  expect(ended.sort()).toEqual([first!.id, jobs[2]!.id].sort())
  expect((await findMine(sqlOf(), a, [first!])).size).toBe(0)
  expect((await finish(a, { claim: first!, outcome: completed({}) })).size).toBe(0)
  expect((await row(second!.id)).status).toBe('completed')
})
