import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { retryBatch } from '../../src/queue/batches.ts'
import { addCallback } from '../../src/queue/callbacks.ts'
import { cancelBatch } from '../../src/queue/cancel-batch.ts'
import { enqueue, enqueueBatch } from '../../src/queue/enqueue.ts'
import type { JobOutcome } from '../../src/queue/outcome.ts'
import { register } from '../../src/queue/presence.ts'
import { retry, retryWhere } from '../../src/queue/retry.ts'
import { type ClaimedJob, finishInside, turn } from '../../src/queue/turn.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { testKind } from '../support/kinds.ts'

const kind = testKind()
const childKind = testKind(undefined, { name: 'child', path: '/child' })
const failed: JobOutcome = { status: 'failed', error: { code: 'TIMEOUT', message: 'x', attempt: 1, at: '' } }
const url = 'https://receiver.example/'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
const empty = () =>
  database.sql`truncate jobs, workers, batches, batch_items, batch_joins, batch_counts, batch_changes, callbacks cascade`

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
const fail = (worker: string, job: ClaimedJob) =>
  turn(sqlOf(), { workerId: worker, kind: kind.name, ended: [{ claim: job, outcome: failed }], claimCount: 0 })

let children = 0
/** As a worker completes a job that leaves a child behind; the child's id, or undefined where the job was lost. */
const completeWithChild = (worker: string, job: ClaimedJob): Promise<string | undefined> =>
  sqlOf().begin(async (tx) => {
    if (!(await finishInside(tx, { workerId: worker, claim: job, result: {} }))) return undefined
    return (await enqueue(tx, childKind, { n: children++ }, { parentId: job.id, exclusive: false })).id
  })

const statusesOf = async (): Promise<Map<string, string>> =>
  new Map((await sqlOf()`select id, status from jobs`).map(({ id, status }) => [id, status]))

/** Who wants what, simple enough to check by eye. */
type ModelJob = { n: number; status: string; batches: Set<string>; isAskedForSingly: boolean }
function wishes() {
  const jobs = new Map<string, ModelJob>()
  const cancelledBatches = new Set<string>()
  const isLive = ({ status }: ModelJob) => status === 'queued' || status === 'running'
  const isWanted = (job: ModelJob) =>
    job.isAskedForSingly || [...job.batches].some((batch) => !cancelledBatches.has(batch))
  const linesOf = (batch: string) => [...jobs.values()].filter((job) => job.batches.has(batch))
  return {
    jobs,
    isLive,
    asked(id: string, n: number, by: { batch?: string }) {
      const job = jobs.get(id) ?? { n, status: 'queued', batches: new Set(), isAskedForSingly: false }
      jobs.set(id, job)
      if (by.batch === undefined) job.isAskedForSingly = true
      else job.batches.add(by.batch)
    },
    cancelled(batch: string): number {
      cancelledBatches.add(batch)
      const unwanted = linesOf(batch).filter((job) => isLive(job) && !isWanted(job))
      for (const job of unwanted) job.status = 'cancelled'
      return unwanted.length
    },
    retried(batch: string, status: string) {
      cancelledBatches.delete(batch)
      const isFree = ({ n }: ModelJob) => n < 0 || ![...jobs.values()].some((other) => other.n === n && isLive(other))
      for (const job of linesOf(batch)) if (job.status === status && isFree(job)) job.status = 'queued'
    },
  }
}

const pick = fc.nat({ max: 20 })
const numbers = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 4 })
const status = fc.constantFrom('failed' as const, 'cancelled' as const)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('batch' as const), numbers }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('single' as const), n: fc.nat({ max: 4 }), hasCallback: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('claim' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), pick, hasFailed: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('cancel' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('retry' as const), pick, status, isByFilter: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retry_job' as const), pick }) },
)

test('whatever was asked before, cancelling a batch ends the jobs that nobody wants, and no other', async () => {
  let ended = 0
  let spared = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
      await empty()
      const worker = await register(sqlOf(), kind.name, 9)
      const model = wishes()
      const batches: string[] = []
      const held: ClaimedJob[] = []
      for (const each of steps) {
        const batch = 'pick' in each ? batches[each.pick % Math.max(1, batches.length)] : undefined
        if (each.do === 'batch') {
          const { batchId, jobs } = await makeBatch(each.numbers)
          batches.push(batchId)
          jobs.forEach(({ id }, line) => {
            model.asked(id, each.numbers[line]!, { batch: batchId })
          })
        } else if (each.do === 'single') {
          const { id } = await (each.hasCallback ? singleWithCallback : single)(each.n)
          model.asked(id, each.n, {})
        } else if (each.do === 'claim') {
          for (const job of await claim(worker, each.count)) {
            held.splice(0, held.length, ...held.filter(({ id }) => id !== job.id), job) // an older claim is void
            model.jobs.get(job.id)!.status = 'running'
          }
        } else if (each.do === 'end') {
          const [one] = held.splice(each.pick % Math.max(1, held.length), 1)
          const job = one && model.jobs.get(one.id)!
          if (!one || job?.status !== 'running') continue
          if (each.hasFailed) await fail(worker, one)
          else {
            const childId = (await completeWithChild(worker, one))!
            // A child's wishes are its parent's.
            model.jobs.set(childId, { ...job, batches: new Set(job.batches), n: -1, status: 'queued' })
          }
          job.status = each.hasFailed ? 'failed' : 'completed'
        } else if (each.do === 'cancel' && batch) {
          const count = await cancelBatch(sqlOf(), batch)
          expect(count).toBe(model.cancelled(batch))
          ended += count
          spared += Number([...model.jobs.values()].some((job) => job.batches.has(batch) && model.isLive(job)))
        } else if (each.do === 'retry' && batch) {
          if (each.isByFilter) await retryWhere(sqlOf(), { batch, status: each.status })
          else await retryBatch(sqlOf(), batch, each.status)
          model.retried(batch, each.status)
        } else if (each.do === 'retry_job') {
          const id = [...model.jobs.keys()][each.pick % Math.max(1, model.jobs.size)]
          if (id && (await retry(sqlOf(), [id])).length > 0) model.jobs.get(id)!.status = 'queued'
        }
        expect(await statusesOf()).toEqual(new Map([...model.jobs].map(([id, job]) => [id, job.status])))
      }
    }),
    { numRuns: 30 },
  )
  expect(ended).toBeGreaterThan(25)
  expect(spared).toBeGreaterThan(20)
})
