import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { percentDone, secondsLeft } from '../../src/queue/batch-progress.ts'
import { foldBatches, getBatch, isOver, listBatches, listResults, retryBatch } from '../../src/queue/batches.ts'
import { addCallback } from '../../src/queue/callbacks.ts'
import { cancel } from '../../src/queue/cancel.ts'
import { cancelBatch } from '../../src/queue/cancel-batch.ts'
import { enqueue, enqueueBatch } from '../../src/queue/enqueue.ts'
import { forget } from '../../src/queue/forget.ts'
import type { JobOutcome } from '../../src/queue/outcome.ts'
import { register } from '../../src/queue/presence.ts'
import { reap } from '../../src/queue/recover.ts'
import { retry } from '../../src/queue/retry.ts'
import { type ClaimedJob, finishInside, turn } from '../../src/queue/turn.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { testKind } from '../support/kinds.ts'

const kind = testKind()
const childKind = testKind(undefined, { name: 'child', path: '/child' })
const error = { code: 'TIMEOUT' as const, message: 'x', attempt: 1, at: '' }
const failed: JobOutcome = { status: 'failed', error }

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.sql`truncate jobs, workers, batches, batch_items, batch_joins, batch_counts, batch_changes, batch_pace,
    job_tallies, callbacks, callback_deliveries`
})

const sqlOf = () => database.sql
const url = 'https://receiver.example/'

/** A batch of the numbers, with a callback; the same number twice, or of a live job, is one job. */
async function makeBatch(numbers: readonly number[]): Promise<string> {
  return sqlOf().begin(async (tx) => {
    const { batchId } = await enqueueBatch(
      tx,
      kind,
      numbers.map((n) => ({ input: { n } })),
    )
    await addCallback(tx, { batchId, url, owner: '' })
    return batchId
  })
}

const claim = async (workerId: string, claimCount: number, name = kind.name): Promise<ClaimedJob[]> =>
  (await turn(sqlOf(), { workerId, kind: name, ended: [], claimCount })).claimed
const end = (workerId: string, job: ClaimedJob, outcome: JobOutcome, name = kind.name) =>
  turn(sqlOf(), { workerId, kind: name, ended: [{ claim: job, outcome }], claimCount: 0 })

/** As a worker completes a job that leaves a child behind: in one transaction. */
const completeWithChild = (workerId: string, job: ClaimedJob) =>
  sqlOf()
    .begin(async (tx) => {
      if (!(await finishInside(tx, { workerId, claim: job, result: {} }))) throw new Error('not ours')
      await enqueue(tx, childKind, { n: 0 }, { parentId: job.id, exclusive: false })
    })
    .catch((thrown: Error) => {
      if (thrown.message !== 'not ours') throw thrown
    })

/** The truth: the jobs of a batch's lines and their children, counted. */
const countedOf = async (batchId: string) => {
  const rows = await sqlOf()`
    with own as (select distinct job_id as id from batch_items where batch_id = ${batchId}),
      all_jobs as (
        select jobs.* from jobs join own using (id)
        union all select jobs.* from jobs join own on jobs.parent_id = own.id)
    select kind, count(*)::int as total, (count(*) filter (where status = 'completed'))::int as completed,
      (count(*) filter (where status = 'failed'))::int as failed,
      (count(*) filter (where status = 'cancelled'))::int as cancelled
    from all_jobs group by kind order by kind`
  return rows.map((row) => ({ ...row }))
}
const storedOf = async (batchId: string) => {
  const rows = await sqlOf()`
    select kind, total, completed, failed, cancelled from batch_counts where batch_id = ${batchId} order by kind`
  return rows.map((row) => ({ ...row }))
}
const deliveriesOf = async (batchId: string) => {
  const [row] = await sqlOf()`
    select count(*)::int as count from callback_deliveries d join callbacks c on c.id = d.callback_id
    where c.batch_id = ${batchId}`
  return row!.count as number
}
const endedAt = async (batchId: string) =>
  (await sqlOf()`select ended_at from batches where id = ${batchId}`)[0]!.ended_at as Date | null
const isLive = (counts: readonly Record<string, number>[]) =>
  counts.some((row) => row.total! > row.completed! + row.failed! + row.cancelled!)
const fold = () => foldBatches(sqlOf())

const pick = fc.nat({ max: 20 })
const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('batch' as const),
      numbers: fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('single' as const), n: fc.nat({ max: 5 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('claim' as const), count: fc.integer({ min: 1, max: 5 }) }) },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      pick,
      how: fc.constantFrom('complete', 'fail', 'child', 'snooze'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('retry' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reap' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('fold' as const) }) },
)

describe('the fold', () => {
  test('whatever becomes of the jobs, the counts are those of the rows, and each ending is told once by two folders', async () => {
    let endings = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 50 }), async (steps) => {
        await sqlOf()`truncate jobs, workers, batches, batch_items, batch_joins, batch_counts, batch_changes, callbacks cascade`
        let worker = await register(sqlOf(), kind.name, 9)
        const held: { job: ClaimedJob; name: string }[] = []
        const ids: string[] = []
        const batches = new Map<string, { wasLive: boolean; isRetried: boolean; told: number }>()
        const markRetried = async (id: string) => {
          const rows = await sqlOf()`
            select distinct batch_id from batch_items
            where job_id = ${id} or job_id = (select parent_id from jobs where id = ${id})`
          for (const { batch_id } of rows) batches.get(batch_id)!.isRetried = true
        }

        for (const each of [...steps, { do: 'cancel_all' as const }, { do: 'fold' as const }]) {
          if (each.do === 'batch') {
            const id = await makeBatch(each.numbers)
            batches.set(id, { wasLive: true, isRetried: false, told: 0 })
          } else if (each.do === 'single') {
            await enqueue(sqlOf(), kind, { n: each.n })
          } else if (each.do === 'claim') {
            for (const name of [kind.name, childKind.name]) {
              for (const job of await claim(worker, each.count, name)) held.push({ job, name })
            }
          } else if (each.do === 'end') {
            const [one] = held.splice(each.pick % Math.max(1, held.length), 1)
            if (!one) continue
            if (each.how === 'child' && one.name === kind.name) await completeWithChild(worker, one.job)
            else if (each.how === 'fail') await end(worker, one.job, failed, one.name)
            else if (each.how === 'snooze') {
              await end(worker, one.job, { status: 'queued', error, delayMs: 0, counts: false }, one.name)
            } else await end(worker, one.job, { status: 'completed', result: {} }, one.name)
          } else if (each.do === 'cancel' || each.do === 'retry') {
            const rows = await sqlOf()`select id from jobs order by id`
            ids.splice(0, ids.length, ...rows.map(({ id }) => id))
            const id = ids[each.pick % Math.max(1, ids.length)]
            if (!id) continue
            if (each.do === 'cancel') await cancel(sqlOf(), [id])
            else if ((await retry(sqlOf(), [id])).length > 0) await markRetried(id)
          } else if (each.do === 'cancel_all') {
            const rows = await sqlOf()`select id from jobs`
            await cancel(
              sqlOf(),
              rows.map(({ id }) => id),
            )
          } else if (each.do === 'reap') {
            await sqlOf()`update workers set beat_at = clock() - interval '1 minute'`
            await reap(sqlOf())
            worker = await register(sqlOf(), kind.name, 9)
          } else {
            await Promise.all([fold(), fold()])
            await fold() // of two at once, one may have left what the other did not see
            for (const [id, batch] of batches) {
              const counted = await countedOf(id)
              const live = isLive(counted)
              if (!live && (batch.wasLive || batch.isRetried)) batch.told += 1
              endings += Number(!live && batch.wasLive)
              expect(await storedOf(id)).toEqual(counted)
              expect((await endedAt(id)) === null).toBe(live)
              expect(await deliveriesOf(id)).toBe(batch.told)
              Object.assign(batch, { wasLive: live, isRetried: false })
            }
          }
          // What the API shows does not wait for a fold.
          for (const [id] of batches) {
            const { counts } = (await getBatch(sqlOf(), id))!
            const shown = [...counts].map(([name, { queued: _queued, running: _running, ...rest }]) => ({
              kind: name,
              ...rest,
            }))
            if (each.do === 'end') expect(shown).toEqual(await countedOf(id))
          }
        }
      }),
      { numRuns: 10 },
    )
    expect(endings).toBeGreaterThan(10)
  })

  test('tells one ending once while many workers end jobs and two processes fold at the same time', async () => {
    const numbers = Array.from({ length: 400 }, (_each, n) => n)
    const one = await makeBatch(numbers)
    const other = await makeBatch(numbers.slice(200).concat(1000))
    let isDone = false
    const folder = async () => {
      while (!isDone) await fold()
    }
    const folding = [folder(), folder()]
    const work = async () => {
      const worker = await register(sqlOf(), kind.name, 9)
      for (;;) {
        const jobs = await claim(worker, 9)
        if (jobs.length === 0) return
        await Promise.all(
          jobs.map((job, n) =>
            n % 3 === 0
              ? completeWithChild(worker, job)
              : end(worker, job, n % 3 === 1 ? failed : { status: 'completed', result: {} }),
          ),
        )
        for (const job of await claim(worker, 9, childKind.name)) await end(worker, job, failed, childKind.name)
      }
    }
    await Promise.all([work(), work(), work()])
    const last = await register(sqlOf(), childKind.name, 9)
    for (const job of await claim(last, 999, childKind.name)) await end(last, job, failed, childKind.name)
    isDone = true
    await Promise.all(folding)
    await fold()
    for (const id of [one, other]) {
      expect(await storedOf(id)).toEqual(await countedOf(id))
      expect(await endedAt(id)).not.toBeNull()
      expect(await deliveriesOf(id)).toBe(1)
    }
  })

  test.each([
    ['is seen open again', true],
    ['has ended again already', false],
  ])(
    'a batch whose retry committed just after it was marked as ended %s: that ending is told too',
    async (_, isFolded) => {
      const id = await makeBatch([1])
      const worker = await register(sqlOf(), kind.name, 9)
      const [job] = await claim(worker, 1)
      await end(worker, job!, failed)
      await sqlOf().begin(async (tx) => {
        expect(await retry(tx, [job!.id])).toHaveLength(1)
        expect(await fold()).toEqual([id]) // it cannot know of the retry
      })
      if (isFolded) {
        await fold()
        expect(await endedAt(id)).toBeNull()
      }
      const [again] = await claim(worker, 1)
      await end(worker, again!, failed)
      expect(await fold()).toEqual([id])
      expect(await deliveriesOf(id)).toBe(2)
    },
  )

  test('gives way to a retry that holds a batch, and does the work later', async () => {
    const id = await makeBatch([1])
    await cancelBatch(sqlOf(), id)
    await sqlOf().begin(async (tx) => {
      await tx`select from batches where id = ${id} for update`
      await expect(fold()).rejects.toMatchObject({ code: '55P03' })
    })
    expect(await fold()).toEqual([id])
  })
})

describe('a batch', () => {
  test('that is cancelled leaves what another request waits for', async () => {
    const before = await enqueue(sqlOf(), kind, { n: 1 })
    const id = await makeBatch([1, 2, 3, 4])
    await makeBatch([2])
    await sqlOf().begin(async (tx) => {
      const single = await enqueue(tx, kind, { n: 3 }, { isWatched: true })
      await addCallback(tx, { jobId: single.id, url, owner: '' })
    })
    expect(await cancelBatch(sqlOf(), id)).toBe(1)
    const left = await sqlOf()`select input->>'n' as n from jobs where status = 'queued' order by 1`
    expect(left.map(({ n }) => n)).toEqual(['1', '2', '3'])
    await fold()
    expect(isOver((await getBatch(sqlOf(), id))!)).toBe(false)
    await cancel(sqlOf(), [before.id])
  })

  test('shows what its jobs and the joined ones do, and belongs to its owner', async () => {
    await enqueue(sqlOf(), kind, { n: 1 }, { owner: 'ana' })
    const { batchId } = await enqueueBatch(
      sqlOf(),
      kind,
      [{ input: { n: 1 } }, { input: { n: 2 } }, { input: { n: 2 } }],
      {
        owner: 'ana',
      },
    )
    await makeBatch([7])
    const worker = await register(sqlOf(), kind.name, 9)
    const jobs = await claim(worker, 2)
    await sqlOf()`update jobs set progress = '{"stage":"search"}' where id = ${jobs[0]!.id}`
    const batch = (await getBatch(sqlOf(), batchId, 'ana'))!
    expect(batch.counts.get('test')).toEqual({ total: 2, queued: 0, running: 2, completed: 0, failed: 0, cancelled: 0 })
    expect(batch.running.map(({ stage, jobs: count }) => [stage, count])).toEqual([
      ['search', 1],
      [null, 1],
    ])
    expect(batch).toMatchObject({ lines: 3, duplicates: 2, invalid: 0, ended_at: null })
    expect(await getBatch(sqlOf(), batchId, 'rui')).toBeUndefined()
    expect((await listBatches(sqlOf(), 'ana', 10)).map(({ id }) => id)).toEqual([batchId])
    expect(await listBatches(sqlOf(), null, 10)).toHaveLength(2)
  })

  test('is cancelled with its children, and what failed or was cancelled comes back alone', async () => {
    const id = await makeBatch([1, 2, 3, 4])
    const worker = await register(sqlOf(), kind.name, 9)
    const jobs = await claim(worker, 3)
    await completeWithChild(worker, jobs[0]!)
    await end(worker, jobs[1]!, failed)
    expect(await cancelBatch(sqlOf(), id)).toBe(3)
    expect(isOver((await getBatch(sqlOf(), id))!)).toBe(true)
    expect(await cancelBatch(sqlOf(), id)).toBe(0)
    expect(await retryBatch(sqlOf(), id, 'failed')).toEqual({ retried: 1, kinds: ['test'] })
    const again = await retryBatch(sqlOf(), id, 'cancelled')
    expect(again.retried).toBe(3)
    expect(again.kinds.sort()).toEqual(['child', 'test'])
    const { counts } = (await getBatch(sqlOf(), id))!
    expect(counts.get('test')).toMatchObject({ completed: 1, queued: 3 })
    expect(counts.get('child')).toMatchObject({ total: 1, queued: 1 })
  })

  test('goes with all that belongs to it when the last of its jobs is forgotten, and not before', async () => {
    const id = await makeBatch([1, 2])
    const worker = await register(sqlOf(), kind.name, 9)
    const [job] = await claim(worker, 1)
    await completeWithChild(worker, job!)
    await cancelBatch(sqlOf(), id)
    await fold()
    const retention = { completedDays: 1, failedDays: 1, cancelledDays: 1 }
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000)
    await sqlOf()`update jobs set finished_at = finished_at + interval '5 days' where kind = 'child'`
    expect(await forget(sqlOf(), retention, inDays(3))).toBe(2)
    expect(await listResults(sqlOf(), id, { after: -1, limit: 9, fields: null })).toMatchObject([
      { line: 1, status: null },
      { line: 2, status: null },
    ])
    expect(await forget(sqlOf(), retention, inDays(9))).toBe(1)
    const left = await sqlOf()`
      select (select count(*) from batches) + (select count(*) from batch_items) + (select count(*) from batch_counts)
        + (select count(*) from batch_joins) + (select count(*) from batch_pace) + (select count(*) from callbacks)
        + (select count(*) from callback_deliveries) as rows`
    expect(Number(left[0]!.rows)).toBe(0)
  })
})

describe('how far a batch is', () => {
  const counts = (total: number, completed: number, failures = 0) => ({
    total,
    queued: total - completed - failures,
    running: 0,
    completed,
    failed: failures,
    cancelled: 0,
  })

  test('counts the profiles that are still to come, and is 100 only at the end', () => {
    const half = new Map([
      ['discovery', counts(100, 50)],
      ['profile', counts(50, 50)],
    ])
    expect(percentDone(half, 'discovery')).toBe(50)
    expect(percentDone(new Map([['discovery', counts(1000, 999)]]), 'discovery')).toBe(99)
    expect(percentDone(new Map([['discovery', counts(3, 2, 1)]]), 'discovery')).toBe(100)
  })

  test('the remaining time is that of the slowest kind, and unknown where nothing has ended lately', () => {
    const now = new Map([
      ['discovery', counts(100, 50)],
      ['profile', counts(50, 10)],
    ])
    const pace = new Map([
      ['discovery', { ended: 50, seconds: 50 }],
      ['profile', { ended: 10, seconds: 50 }],
    ])
    expect(secondsLeft(now, pace, 'discovery')).toBe(450) // 90 profiles, 5 s each
    pace.delete('profile')
    expect(secondsLeft(now, pace, 'discovery')).toBeNull()
    expect(secondsLeft(new Map([['profile', counts(5, 5)]]), new Map(), 'profile')).toBe(0)
  })
})
