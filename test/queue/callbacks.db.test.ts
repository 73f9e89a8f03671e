import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Sql } from '../../src/db/connect.ts'
import { foldBatches, retryBatch } from '../../src/queue/batches.ts'
import {
  addCallback,
  beginAttempt,
  type CallbackSubject,
  listCallbacks,
  mendCallbacks,
  noteAttempt,
  resendCallback,
} from '../../src/queue/callbacks.ts'
import { cancel } from '../../src/queue/cancel.ts'
import { purge } from '../../src/queue/control.ts'
import { enqueue, enqueueBatch } from '../../src/queue/enqueue.ts'
import { forget } from '../../src/queue/forget.ts'
import type { JobOutcome } from '../../src/queue/outcome.ts'
import { register } from '../../src/queue/presence.ts'
import { reap } from '../../src/queue/recover.ts'
import { retry } from '../../src/queue/retry.ts'
import { turn } from '../../src/queue/turn.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { testKind } from '../support/kinds.ts'

let database: TestDatabase
let worker: string
const kind = testKind()
const child = testKind(undefined, { name: 'child' })
const url = 'https://example.com/hook?token=a'

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  // Faster than truncating so many tables.
  for (const table of [
    'callback_hosts',
    'callbacks',
    'jobs',
    'workers',
    'batches',
    'batch_items',
    'graphile_worker._private_jobs',
  ]) {
    await database.sql.unsafe(`delete from ${table}`)
  }
  worker = await register(database.sql, kind.name, 10)
})

const inTransaction = <T>(work: (tx: Sql) => Promise<T>) => database.sql.begin(work) as Promise<T>
const submit = (n = 1, to = url, externalId?: string) =>
  inTransaction(async (tx) => {
    const { id, deduplicated } = await enqueue(tx, kind, { n }, { isWatched: true })
    await addCallback(tx, { jobId: id, url: to, owner: '', origin: 'http://sonda.test', externalId })
    return { id, deduplicated }
  })
const claimOf = async (name: string) =>
  (await turn(database.sql, { workerId: worker, kind: name, ended: [], claimCount: 1 })).claimed[0]!
const end = async (outcome: JobOutcome, name = kind.name) =>
  turn(database.sql, {
    workerId: worker,
    kind: name,
    ended: [{ claim: await claimOf(name), outcome }],
    claimCount: 0,
  })
const completed: JobOutcome = { status: 'completed', result: { a: 1 } }
const failed: JobOutcome = {
  status: 'failed',
  error: { code: 'TIMEOUT', message: 'x', attempt: 1, at: new Date().toISOString() },
}
/** How often the callbacks of a job were queued, and put to graphile-worker. */
const told = async (jobId: string) => {
  const deliveries = (await listCallbacks(database.sql, { jobId })).flatMap((callback) => callback.deliveries)
  const jobs = await database.sql`select key from graphile_worker.jobs where task_identifier = 'send_callback'`
  const keys = new Set(jobs.map(({ key }) => key))
  return { queued: deliveries.length, sending: deliveries.filter(({ id }) => keys.has(`callback ${id}`)).length }
}
const once = { queued: 1, sending: 1 }
const never = { queued: 0, sending: 0 }
const statusOf = async (id: string) => (await database.sql`select status from jobs where id = ${id}`)[0]!.status
const bodyOf = async (jobId: string) => {
  const [callback] = await listCallbacks(database.sql, { jobId })
  const attempt = await beginAttempt(database.sql, callback!.deliveries[0]!.id)
  return JSON.parse(attempt!.body)
}
/** What was written down for each delivery, the first one first. */
const bodiesOf = async (subject: CallbackSubject) => {
  const deliveries = (await listCallbacks(database.sql, subject)).flatMap((callback) => callback.deliveries)
  const attempts = await Promise.all(deliveries.map(({ id }) => beginAttempt(database.sql, id)))
  return attempts.map((attempt) => JSON.parse(attempt!.body)).reverse()
}

describe('each way of ending a job tells its callback once', () => {
  const endings: [string, (id: string) => Promise<unknown>][] = [
    ['completion', () => end(completed)],
    ['failure', () => end(failed)],
    ['cancelling', (id) => cancel(database.sql, [id])],
    ['purging', () => purge(database.sql, kind.name)],
    [
      'its third lost worker',
      async () => {
        await claimOf(kind.name)
        await database.sql`update jobs set stalls = 2`
        await database.sql`update workers set beat_at = clock() - interval '1 hour'`
        await reap(database.sql)
      },
    ],
  ]
  test.each(endings)('%s', async (_name, endIt) => {
    const { id } = await submit()
    expect(await told(id)).toEqual(never)
    await endIt(id)
    expect(['completed', 'failed', 'cancelled']).toContain(await statusOf(id))
    expect(await told(id)).toEqual(once)
  })

  test('a job that goes back to the queue tells nobody', async () => {
    const { id } = await submit()
    await end({ status: 'queued', error: null, delayMs: 0, counts: true })
    expect(await statusOf(id)).toBe('queued')
    expect(await told(id)).toEqual(never)
  })
})

test('a job with a live child tells when the child ends, and says how both ended', async () => {
  const { id } = await submit()
  const { id: childId } = await inTransaction(async (tx) => {
    const claim = await claimOf(kind.name)
    await tx`update jobs set status = 'completed', claimed_by = null, finished_at = clock() where id = ${claim.id}`
    return enqueue(tx, child, { n: 1 }, { parentId: id, exclusive: false })
  })
  expect(await told(id)).toEqual(never)
  await end(failed, child.name)
  expect(await told(id)).toEqual(once)
  const { data } = await bodyOf(id)
  expect(data).toMatchObject({
    job_id: id,
    status: 'completed',
    error_code: null,
    children: [{ job_id: childId, kind: 'child', status: 'failed', error_code: 'TIMEOUT' }],
  })

  await retry(database.sql, [childId])
  await end(completed, child.name)
  expect(await told(id)).toEqual({ queued: 2, sending: 2 })
})

test('a request that joined a live job is told as well, with its own external id', async () => {
  const first = await submit(1, 'https://example.com/first', 'A')
  await claimOf(kind.name)
  const second = await submit(1, 'https://example.com/second', 'B')
  expect(second).toEqual({ id: first.id, deduplicated: true })
  await cancel(database.sql, [first.id])
  const callbacks = await listCallbacks(database.sql, { jobId: first.id })
  const bodies = await Promise.all(
    callbacks.map(async ({ deliveries }) => JSON.parse((await beginAttempt(database.sql, deliveries[0]!.id))!.body)),
  )
  expect(bodies.map(({ data }) => data.external_id)).toEqual(['A', 'B'])
})

test('the same address for the same live job is told once, however often it is submitted', async () => {
  const { id } = await submit()
  await Promise.all([submit(), submit()])
  await cancel(database.sql, [id])
  expect(await told(id)).toEqual(once)
})

test('a job that was not watched, and one that has ended already, tell a callback that is added later', async () => {
  const { id } = await enqueue(database.sql, kind, { n: 1 })
  await addCallback(database.sql, { jobId: id, url, owner: '' })
  await cancel(database.sql, [id])
  expect(await told(id)).toEqual(once)
  await addCallback(database.sql, { jobId: id, url, owner: '' })
  expect(await told(id)).toEqual({ queued: 2, sending: 2 })
})

test('a batch that is over when its callback is added tells it, with its counts', async () => {
  const { batchId } = await enqueueBatch(database.sql, kind, [{ input: { n: 1 } }])
  await cancel(database.sql, [(await database.sql`select id from jobs`)[0]!.id])
  await foldBatches(database.sql)
  await addCallback(database.sql, { batchId, url, owner: '', origin: 'http://sonda.test' })
  const [callback] = await listCallbacks(database.sql, { batchId })
  const attempt = await beginAttempt(database.sql, callback!.deliveries[0]!.id)
  expect(JSON.parse(attempt!.body)).toMatchObject({
    type: 'batch.ended',
    data: {
      batch_id: batchId,
      lines: 1,
      jobs: { test: { total: 1, completed: 0, failed: 0, cancelled: 1 } },
      results_url: `http://sonda.test/v2/batches/${batchId}/results`,
    },
  })
})

describe('a job ends all the same, and the callback is told by the mending afterwards', () => {
  test('when graphile-worker refuses', async () => {
    const { id } = await submit()
    await database.sql`alter function graphile_worker.add_jobs rename to gone`
    try {
      await end(completed)
    } finally {
      await database.sql`alter function graphile_worker.gone rename to add_jobs`
    }
    expect(await statusOf(id)).toBe('completed')
    expect(await told(id)).toEqual({ queued: 1, sending: 0 })
    await mendCallbacks(database.sql, 0)
    expect(await told(id)).toEqual(once)
  })

  test.each(['callbacks', 'callback_deliveries'])(
    'when somebody has locked %s, in no more than a second',
    async (table) => {
      const ids = await Promise.all([1, 2, 3, 4].map(async (n) => (await submit(n)).id))
      let release = () => {}
      const held = new Promise<void>((resolve) => {
        release = resolve
      })
      let isLocked = () => {}
      const locked = new Promise<void>((resolve) => {
        isLocked = resolve
      })
      const lock = inTransaction(async (tx) => {
        await tx.unsafe(`lock table ${table}`)
        isLocked()
        await held
      })
      await locked
      const startedAt = performance.now()
      await cancel(database.sql, ids)
      expect(performance.now() - startedAt).toBeLessThan(1_500)
      release()
      await lock
      expect(await Promise.all(ids.map(statusOf))).toEqual(ids.map(() => 'cancelled'))
      expect(await Promise.all(ids.map(told))).toEqual(ids.map(() => never))
      await mendCallbacks(database.sql, 0)
      await mendCallbacks(database.sql, 0)
      expect(await Promise.all(ids.map(told))).toEqual(ids.map(() => once))
    },
  )
})

test('a delivery that a dead process had in hand is free again', async () => {
  const { id } = await submit()
  await cancel(database.sql, [id])
  await database.sql`update graphile_worker._private_jobs
    set locked_by = 'dead', locked_at = now() - interval '2 minutes', attempts = 1`
  await mendCallbacks(database.sql, 150)
  expect(await database.sql`select locked_by from graphile_worker.jobs`).toEqual([{ locked_by: 'dead' }])
  await mendCallbacks(database.sql, 90)
  expect(await database.sql`select locked_by, attempts from graphile_worker.jobs`).toEqual([
    { locked_by: null, attempts: 1 },
  ])
})

test('its tries last for a day and end', async () => {
  const { id } = await submit()
  await cancel(database.sql, [id])
  const [job] = await database.sql`select max_attempts from graphile_worker.jobs`
  let hours = 0
  for (let attempt = 1; attempt < job!.max_attempts; attempt += 1) hours += Math.exp(Math.min(attempt, 10)) / 3600
  expect(hours).toBeGreaterThan(24)
  expect(hours).toBeLessThan(30)
})

describe('what is sent is what was so at that end', () => {
  test('of a job that is queued again before its first try, and each end has its own', async () => {
    const { id } = await submit()
    await cancel(database.sql, [id])
    await retry(database.sql, [id])
    expect(await statusOf(id)).toBe('queued')
    await end(completed)
    const bodies = await bodiesOf({ jobId: id })
    expect(bodies.map(({ data }) => data.status)).toEqual(['cancelled', 'completed'])
    expect(bodies[0]).toMatchObject({ type: 'job.ended', data: { job_id: id, error_code: null, children: [] } })
  })

  test('of a child that is queued again', async () => {
    const { id } = await submit()
    const childId = await inTransaction(async (tx) => {
      const claim = await claimOf(kind.name)
      await tx`update jobs set status = 'completed', claimed_by = null, finished_at = clock() where id = ${claim.id}`
      return (await enqueue(tx, child, { n: 1 }, { parentId: id, exclusive: false })).id
    })
    await end(failed, child.name)
    await retry(database.sql, [childId])
    expect((await bodiesOf({ jobId: id }))[0]!.data.children).toEqual([
      expect.objectContaining({ job_id: childId, status: 'failed', error_code: 'TIMEOUT' }),
    ])
  })

  test('of a batch that is queued again', async () => {
    const items = [1, 2, 3].map((n) => ({ input: { n } }))
    const batchId = await inTransaction(async (tx) => {
      const batch = await enqueueBatch(tx, kind, items, { isWatched: true })
      await addCallback(tx, { batchId: batch.batchId, url, owner: '' })
      return batch.batchId
    })
    const jobIds = async () => (await database.sql`select id from jobs`).map((job): string => job.id)
    await cancel(database.sql, await jobIds())
    await foldBatches(database.sql)
    await retryBatch(database.sql, batchId, 'cancelled')
    await foldBatches(database.sql)
    await cancel(database.sql, await jobIds())
    await foldBatches(database.sql)
    const ends = (await bodiesOf({ batchId })).map(({ data }) => data.jobs)
    expect(ends).toEqual([1, 2].map(() => ({ test: { total: 3, completed: 0, failed: 0, cancelled: 3 } })))
  })

  test('and where it cannot be written down, the job ends all the same', async () => {
    const { id } = await submit()
    await database.sql`alter function callback_body rename to gone`
    try {
      await end(completed)
    } finally {
      await database.sql`alter function gone rename to callback_body`
    }
    expect(await statusOf(id)).toBe('completed')
    expect(await told(id)).toEqual(once)
    expect((await bodyOf(id)).data).toMatchObject({ status: 'completed' })
  })
})

test('hosts that are spelled differently share their flag, and one that has not answered quickly is told apart', async () => {
  const flagsOf = async (to: string) => {
    await database.sql`delete from graphile_worker._private_jobs`
    const { id } = await submit(1, to)
    await cancel(database.sql, [id])
    const [job] = await database.sql`select flags from graphile_worker.jobs`
    return { id, flags: Object.keys(job!.flags).sort() }
  }
  const spellings = ['example.com', 'EXAMPLE.com.', 'example.com:80', 'example.com:443', '%65xample.com', 'ⓔxample.com']
  for (const spelling of spellings) {
    expect((await flagsOf(`http://${spelling}/`)).flags).toEqual(['host example.com', 'new'])
  }
  for (const spelling of ['127.0.0.1', '0x7f.1', '127.1', '2130706433', '127.0.1', '0x7f000001']) {
    expect((await flagsOf(`https://${spelling}:9161/hang`)).flags).toEqual(['host 127.0.0.1:9161', 'new'])
  }
  const told = 'http://told.example.com/'
  for (const isSlow of [true, false]) {
    const { deliveries } = (await listCallbacks(database.sql, { jobId: (await flagsOf(told)).id }))[0]!
    const attempt = await beginAttempt(database.sql, deliveries[0]!.id)
    await noteAttempt(database.sql, deliveries[0]!.id, attempt!, { isDelivered: true, httpStatus: 200, isSlow })
    const slow = isSlow ? ['slow'] : []
    expect((await flagsOf(told)).flags).toEqual(['host told.example.com', ...slow])
  }
})

test('the body stays the same at every try, whatever becomes of the job meanwhile', async () => {
  const { id } = await submit()
  await end(failed)
  const first = await bodyOf(id)
  expect(first.data).toMatchObject({
    status: 'failed',
    error_code: 'TIMEOUT',
    status_url: `http://sonda.test/jobs/${id}`,
  })
  await retry(database.sql, [id])
  expect(await bodyOf(id)).toEqual(first)
})

test('a try that ends after the delivery was queued again changes nothing, neither before nor after the next one', async () => {
  const { id } = await submit()
  await cancel(database.sql, [id])
  const deliveryOf = async () => (await listCallbacks(database.sql, { jobId: id }))[0]!.deliveries[0]!
  const { id: deliveryId } = await deliveryOf()
  const late = await beginAttempt(database.sql, deliveryId)
  const noteLate = () =>
    noteAttempt(database.sql, deliveryId, late!, { isDelivered: false, httpStatus: 500, error: 'x', retryInSeconds: 3 })
  await resendCallback(database.sql, deliveryId)
  expect(await noteLate()).toBe(false)
  expect(await deliveryOf()).toMatchObject({ status: 'pending', attempts: 0, last_status: null })
  const next = await beginAttempt(database.sql, deliveryId)
  expect(await noteLate()).toBe(false)
  expect(await deliveryOf()).toMatchObject({ status: 'pending', attempts: 1, last_status: null })
  expect(await noteAttempt(database.sql, deliveryId, next!, { isDelivered: true, httpStatus: 200 })).toBe(true)
  expect(await noteLate()).toBe(false)
  expect(await deliveryOf()).toMatchObject({ status: 'delivered', attempts: 1, last_status: 200, next_try_at: null })
})

test('a delivery that was made is not begun again, unless it is sent again by its owner', async () => {
  const { id } = await submit()
  await cancel(database.sql, [id])
  const [callback] = await listCallbacks(database.sql, { jobId: id })
  const { id: deliveryId } = callback!.deliveries[0]!
  const attempt = await beginAttempt(database.sql, deliveryId)
  await noteAttempt(database.sql, deliveryId, attempt!, { isDelivered: true, httpStatus: 204 })
  expect(await beginAttempt(database.sql, deliveryId)).toBeUndefined()
  expect(await resendCallback(database.sql, deliveryId, 'somebody else')).toBeUndefined()
  expect(await beginAttempt(database.sql, deliveryId)).toBeUndefined()
  expect(await resendCallback(database.sql, deliveryId, '')).toMatchObject({ status: 'pending', attempts: 0 })
  expect(await beginAttempt(database.sql, deliveryId)).toMatchObject({ url, attempts: 1 })
})

test('callbacks go with their jobs', async () => {
  const { id } = await submit()
  await cancel(database.sql, [id])
  await database.sql`update jobs set finished_at = clock() - interval '3 days', id = '01700000-0000-7000-8000-000000000000'`
  await database.sql`update callbacks set job_id = '01700000-0000-7000-8000-000000000000'`
  await forget(database.sql, { completedDays: 1, failedDays: 1, cancelledDays: 1 }, new Date())
  expect(await database.sql`select id from callbacks`).toEqual([])
  expect(await database.sql`select id from callback_deliveries`).toEqual([])
})
