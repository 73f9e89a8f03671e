import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { retryBatch } from '../../src/queue/batches.ts'
import { addCallback } from '../../src/queue/callbacks.ts'
import { cancelWhere } from '../../src/queue/cancel.ts'
import { cancelBatch } from '../../src/queue/cancel-batch.ts'
import { enqueue, enqueueBatch } from '../../src/queue/enqueue.ts'
import { register } from '../../src/queue/presence.ts'
import { retryWhere } from '../../src/queue/retry.ts'
import { type ClaimedJob, finishInside, turn } from '../../src/queue/turn.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { testKind } from '../support/kinds.ts'
import { until } from '../support/poll.ts'

const kind = testKind()
const childKind = testKind(undefined, { name: 'child', path: '/child' })
const url = 'https://receiver.example/'
const numbersTo = (end: number) => Array.from({ length: end }, (_each, n) => n)

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
const empty = () =>
  database.sql`truncate jobs, workers, batches, batch_items, batch_joins, batch_counts, batch_changes, callbacks cascade`
beforeEach(empty)

const sqlOf = () => database.sql
const makeBatch = (numbers: readonly number[]) =>
  enqueueBatch(
    sqlOf(),
    kind,
    numbers.map((n) => ({ input: { n } })),
  )
const single = (n: number) => enqueue(sqlOf(), kind, { n })
const singleWithCallback = (n: number) =>
  sqlOf().begin(async (tx) => {
    const enqueued = await enqueue(tx, kind, { n }, { isWatched: true })
    await addCallback(tx, { jobId: enqueued.id, url, owner: '' })
    return enqueued
  })
const claim = async (worker: string, claimCount: number): Promise<ClaimedJob[]> =>
  (await turn(sqlOf(), { workerId: worker, kind: kind.name, ended: [], claimCount })).claimed
let children = 0
/** As a worker completes a job that leaves a child behind; the child's id, or undefined where the job was lost. */
const completeWithChild = (worker: string, job: ClaimedJob): Promise<string | undefined> =>
  sqlOf().begin(async (tx) => {
    if (!(await finishInside(tx, { workerId: worker, claim: job, result: {} }))) return undefined
    return (await enqueue(tx, childKind, { n: children++ }, { parentId: job.id, exclusive: false })).id
  })

const statusesOf = async (): Promise<Map<string, string>> =>
  new Map((await sqlOf()`select id, status from jobs`).map(({ id, status }) => [id, status]))
const liveCount = async () =>
  (await sqlOf()`select count(*)::int as n from jobs where status in ('queued', 'running')`)[0]!.n as number

describe('cancelling a batch', () => {
  test('a sheet that was sent twice ends when both its batches are cancelled, at the same time too', async () => {
    const one = await makeBatch(numbersTo(300))
    const other = await makeBatch(numbersTo(300))
    const counts = await Promise.all([one, other].map(({ batchId }) => cancelBatch(sqlOf(), batchId)))
    expect(counts[0]! + counts[1]!).toBe(300)
    expect(await liveCount()).toBe(0)
  })

  test.each([
    ['without a callback', single],
    ['with one', singleWithCallback],
  ])('never ends what a single request %s was answered with, whenever that came', async (_, submit) => {
    const { batchId } = await makeBatch(numbersTo(200))
    const [cancelled, ...answers] = await Promise.all([
      cancelBatch(sqlOf(), batchId),
      ...numbersTo(200).map((n) => submit(n)),
    ])
    const statuses = await statusesOf()
    expect(answers.filter(({ id }) => statuses.get(id) !== 'queued')).toEqual([])
    expect(cancelled + answers.filter(({ deduplicated }) => deduplicated).length).toBeGreaterThanOrEqual(200)
  })

  test('never ends what another batch joins meanwhile', async () => {
    for (let round = 0; round < 3; round += 1) {
      await empty()
      const { batchId } = await makeBatch(numbersTo(150))
      const [, ...others] = await Promise.all([
        cancelBatch(sqlOf(), batchId),
        ...[0, 50, 100].map((from) => makeBatch(numbersTo(from + 50).slice(from))),
      ])
      const statuses = await statusesOf()
      const lost = others.flatMap(({ jobs }) => jobs).filter(({ id }) => statuses.get(id) !== 'queued')
      expect(lost).toEqual([])
    }
  })

  test('passes over a job that is being joined at that moment, for as long as that takes', async () => {
    const { batchId } = await makeBatch([1, 2])
    let cancelling: Promise<number> | undefined
    await sqlOf().begin(async (tx) => {
      await enqueueBatch(tx, kind, [{ input: { n: 1 } }])
      cancelling = cancelBatch(sqlOf(), batchId)
      await until('the other job has ended', async () => (await liveCount()) === 1)
    })
    expect(await cancelling).toBe(1)
    expect(await liveCount()).toBe(1)
  })

  test('a job whose joining came to nothing is ended', async () => {
    const { batchId } = await makeBatch([1, 2])
    let cancelling: Promise<number> | undefined
    await sqlOf()
      .begin(async (tx) => {
        await enqueueBatch(tx, kind, [{ input: { n: 1 } }])
        cancelling = cancelBatch(sqlOf(), batchId)
        await until('the other job has ended', async () => (await liveCount()) === 1)
        throw new Error('the upload broke off')
      })
      .catch(() => {})
    expect(await cancelling).toBe(2)
  })

  test('leaves nothing alive while workers claim and complete its jobs and leave children', async () => {
    const { batchId } = await makeBatch(numbersTo(300))
    let isDone = false
    const work = async () => {
      const worker = await register(sqlOf(), kind.name, 9)
      while (!isDone) {
        for (const job of await claim(worker, 5)) await completeWithChild(worker, job)
      }
    }
    const working = [work(), work(), work()]
    await until(
      'some are done',
      async () => (await sqlOf()`select from jobs where status = 'completed' limit 1`).length,
    )
    await cancelBatch(sqlOf(), batchId)
    expect(await liveCount()).toBe(0)
    isDone = true
    await Promise.all(working)
  })
})

describe('a batch that is retried', () => {
  test.each([
    ['by itself', (batch: string) => retryBatch(sqlOf(), batch, 'cancelled')],
    ['as a filter', (batch: string) => retryWhere(sqlOf(), { batch, status: 'cancelled' })],
  ])('%s wants its jobs again, also those that had gone on', async (_, retryIt) => {
    const one = await makeBatch([1, 2])
    const other = await makeBatch([2, 3])
    expect(await cancelBatch(sqlOf(), one.batchId)).toBe(1)
    await retryIt(one.batchId)
    expect(await cancelBatch(sqlOf(), other.batchId)).toBe(1)
    const statuses = await statusesOf()
    expect(one.jobs.map(({ id }) => statuses.get(id))).toEqual(['queued', 'queued'])
  })

  test('finds what another one is ending at that moment because nobody wanted it', async () => {
    await cancelBatch(sqlOf(), (await makeBatch([0])).batchId) // so that there is a tally
    const one = await makeBatch([1])
    const other = await makeBatch([1])
    await cancelBatch(sqlOf(), other.batchId)
    let cancelling: Promise<number> | undefined
    let retrying: ReturnType<typeof retryBatch> | undefined
    let isRetried = false
    const waiting = async () =>
      (
        await sqlOf()`
          select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      ).length
    await sqlOf().begin(async (tx) => {
      await tx`select from job_tallies for update`
      cancelling = cancelBatch(sqlOf(), one.batchId)
      await until('the cancel is counting', async () => (await waiting()) === 1)
      retrying = retryBatch(sqlOf(), other.batchId, 'cancelled').finally(() => {
        isRetried = true
      })
      await until('the retry waits, or is over', async () => isRetried || (await waiting()) === 2)
    })
    expect(await cancelling).toBe(1)
    expect((await retrying!).retried).toBe(1)
    expect(await liveCount()).toBe(1)
  })

  test('has all its jobs live, whatever another one of the same companies that is cancelled meanwhile still ended', async () => {
    for (let round = 0; round < 3; round += 1) {
      await empty()
      const one = await makeBatch(numbersTo(200))
      const other = await makeBatch(numbersTo(200))
      await cancelBatch(sqlOf(), other.batchId)
      await Promise.all([cancelBatch(sqlOf(), one.batchId), retryBatch(sqlOf(), other.batchId, 'cancelled')])
      expect(await liveCount()).toBe(200)
    }
  })
})

test('jobs cancelled by their batch as a filter end with their children, whoever else wants them', async () => {
  const before = await single(1)
  const { batchId, jobs } = await makeBatch([1, 2, 3])
  await single(2)
  await makeBatch([3])
  const apart = await single(4)
  const worker = await register(sqlOf(), kind.name, 9)
  const running = await claim(worker, 9)
  const childId = await completeWithChild(worker, running.find(({ id }) => id === before.id)!)
  expect(await cancelWhere(sqlOf(), { batch: batchId })).toBe(3)
  const statuses = await statusesOf()
  expect([jobs[1]!.id, jobs[2]!.id, childId!, apart.id].map((id) => statuses.get(id))).toEqual([
    'cancelled',
    'cancelled',
    'cancelled',
    'running',
  ])
})
