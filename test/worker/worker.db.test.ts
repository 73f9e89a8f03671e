import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Failure } from '../../src/errors.ts'
import type { Handler, Kind } from '../../src/kinds/define-kind.ts'
import type { Services } from '../../src/kinds/services.ts'
import { createLog } from '../../src/log.ts'
import { cancel } from '../../src/queue/cancel.ts'
import { enqueue, enqueueBatch } from '../../src/queue/enqueue.ts'
import { createHints } from '../../src/queue/hints.ts'
import { retry } from '../../src/queue/retry.ts'
import { startWorker, type Worker, type WorkerOptions } from '../../src/worker/worker.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { testKind } from '../support/kinds.ts'
import { until } from '../support/poll.ts'

type Input = { n: number }

let database: TestDatabase
let workers: Worker[] = []

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.sql`truncate jobs, workers, job_tallies, pages`
})
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop(0)))
  workers = []
})

async function start(kind: Kind<Input>, options: Partial<WorkerOptions> = {}): Promise<Worker> {
  const worker = await startWorker({
    pool: database.sql,
    isPooled: false,
    hints: createHints(database.sql, false),
    kind,
    services: async () => ({}) as Services,
    slots: 4,
    batchSize: 10,
    log: createLog('silent', {}),
    ...options,
  })
  workers.push(worker)
  return worker
}

const row = async (id: string) => (await database.sql`select * from jobs where id = ${id}`)[0]!
const ended = (id: string, status: string, deadlineMs?: number) =>
  until(`job ${status}`, async () => ((await row(id)).status === status ? row(id) : undefined), deadlineMs)

test('a job is claimed at a hint, its result can be read by id, and the caller sees its progress', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const kind = testKind(async ({ n }, { progress }) => {
    progress({ stage: 'half', percent: 50, message: 'Na metade' })
    await held
    return { result: { twice: n * 2 } }
  })
  await start(kind)
  const { id } = await enqueue(database.sql, kind, { n: 21 })
  createHints(database.sql, false).send(kind.name)
  await until('progress', async () => (await row(id)).progress?.percent === 50, 3_000)
  release()
  expect((await ended(id, 'completed')).result).toEqual({ twice: 42 })
})

test('never more at once than there are slots, and a slow job does not hold its batch-mates', async () => {
  let now = 0
  let most = 0
  const kind = testKind(async ({ n }, { signal }) => {
    now += 1
    most = Math.max(most, now)
    if (n === 0) await new Promise((resolve) => signal.addEventListener('abort', resolve))
    else await new Promise((resolve) => setTimeout(resolve, 5))
    now -= 1
    return { result: {} }
  })
  const items = Array.from({ length: 60 }, (_each, n) => ({ input: { n } }))
  const { jobs } = await enqueueBatch(database.sql, kind, items)
  await start(kind)
  await until('the others', async () => {
    const [count] = await database.sql`select count(*)::int as n from jobs where status = 'completed'`
    return count!.n === 59
  })
  expect((await row(jobs[0]!.id)).status).toBe('running')
  expect(most).toBe(4)
})

test('two workers do 1,000 jobs, each exactly once', async () => {
  const runs = new Map<number, number>()
  const kind = testKind(async ({ n }) => {
    runs.set(n, (runs.get(n) ?? 0) + 1)
    return { result: { n } }
  })
  const items = Array.from({ length: 1_000 }, (_each, n) => ({ input: { n } }))
  await enqueueBatch(database.sql, kind, items)
  await Promise.all([start(kind), start(kind)])
  await until('all of them', async () => {
    const [count] = await database.sql`select count(*)::int as n from jobs where status = 'completed' and attempt = 1`
    return count!.n === 1_000
  })
  expect(runs.size).toBe(1_000)
  expect([...runs.values()].every((times) => times === 1)).toBe(true)
  const [tally] = await database.sql`select sum(completed)::int as n from job_tallies`
  expect(tally!.n).toBe(1_000)
})

describe('a job that goes wrong', () => {
  test('is tried again after its delay, and its error is shown meanwhile', async () => {
    let tries = 0
    const kind = testKind(async () => {
      tries += 1
      if (tries === 1) throw new Failure('SITE_UNREACHABLE', 'HTTP 503.', { retryAfterMs: 1_000 })
      return { result: { tries } }
    })
    const { id } = await enqueue(database.sql, kind, { n: 1 })
    await start(kind)
    const waiting = await until('the first error', async () => {
      const job = await row(id)
      return job.error ? job : undefined
    })
    expect(waiting).toMatchObject({ status: 'queued', attempt: 1, error: { code: 'SITE_UNREACHABLE' } })
    expect(await ended(id, 'completed')).toMatchObject({ result: { tries: 2 }, attempt: 2, error: null })
  })

  test('fails after its last try, without the message of an error that is not ours', async () => {
    const kind = testKind(
      async () => {
        throw new Error('secret')
      },
      { maxAttempts: 1 },
    )
    const { id } = await enqueue(database.sql, kind, { n: 1 })
    await start(kind)
    const job = await ended(id, 'failed')
    expect(job.error.code).toBe('INTERNAL')
    expect(JSON.stringify(job.error)).not.toContain('secret')
  })

  test('with an input that does not fit its kind fails at once and says why', async () => {
    const { id } = await enqueue(database.sql, testKind(), { n: 'x' as unknown as number })
    await start(testKind())
    expect((await ended(id, 'failed')).error.code).toBe('INPUT_INVALID')
  })

  test('and never ends frees its slot at the timeout, although it ignores its signal', async () => {
    const kind = testKind(({ n }) => (n === 0 ? new Promise(() => {}) : Promise.resolve({ result: {} })), {
      maxAttempts: 1,
    })
    const { id } = await enqueue(database.sql, kind, { n: 0 })
    const after = await enqueue(database.sql, kind, { n: 1 }, { priority: 1 })
    await start(kind, { slots: 1, timeoutSeconds: 1 })
    expect((await ended(id, 'failed')).error.code).toBe('TIMEOUT')
    await ended(after.id, 'completed')
  })

  test('because Postgres cannot store its result fails alone; its batch-mates complete', async () => {
    const kind = testKind(async ({ n }) => ({ result: n === 1 ? { toJSON: () => undefined } : { n } }))
    const { jobs } = await enqueueBatch(database.sql, kind, [
      { input: { n: 0 } },
      { input: { n: 1 } },
      { input: { n: 2 } },
    ])
    await start(kind)
    await ended(jobs[0]!.id, 'completed')
    await ended(jobs[2]!.id, 'completed')
    expect((await ended(jobs[1]!.id, 'failed')).error.code).toBe('INTERNAL')
  })
})

test('cancelling fires the signal within two seconds, and the slot is free for the next', async () => {
  let fired = 0
  const kind = testKind(async ({ n }, { signal }) => {
    if (n === 0) {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      fired = performance.now()
    }
    return { result: {} }
  })
  const { id } = await enqueue(database.sql, kind, { n: 0 })
  await start(kind, { slots: 1 })
  await ended(id, 'running')
  const cancelled = performance.now()
  await cancel(database.sql, [id])
  expect((await row(id)).status).toBe('cancelled')
  await until('the signal', () => fired > 0, 3_000)
  expect(fired - cancelled).toBeLessThan(2_500)
  const next = await enqueue(database.sql, kind, { n: 1 })
  await ended(next.id, 'completed')
  expect(await row(id)).toMatchObject({ status: 'cancelled', result: null })
})

describe('what a job stores', () => {
  const store =
    (n: number): Handler<Input> =>
    async () => ({
      result: { n },
      async write(tx) {
        await tx`insert into pages (site, url, position, text, facts, page, fetched_at)
        values (${`site-${n}`}, 'x', 0, '', '{}', '{}', clock())`
        if (n === 2) throw new Error('cannot be stored')
        return []
      },
    })

  test('is there exactly when the job is completed', async () => {
    const kind = testKind(store(1))
    const { id } = await enqueue(database.sql, kind, { n: 1 })
    await start(kind)
    await ended(id, 'completed')
    expect(await database.sql`select site from pages`).toEqual([{ site: 'site-1' }])
  })

  test('is not there when the job could not be completed', async () => {
    const kind = testKind(store(2), { maxAttempts: 1 })
    const { id } = await enqueue(database.sql, kind, { n: 2 })
    await start(kind)
    expect(await ended(id, 'failed')).toMatchObject({ error: { code: 'INTERNAL' }, result: null })
    expect(await database.sql`select site from pages`).toEqual([])
  })

  test('is not there when the job was cancelled while it ran', async () => {
    const kind = testKind(async ({ n }, context) => {
      await cancel(database.sql, [context.jobId])
      return store(n)({ n }, context)
    })
    const { id } = await enqueue(database.sql, kind, { n: 3 })
    await start(kind)
    await ended(id, 'cancelled')
    await until('its end', async () => (await database.sql`select from workers where running = 0`).length > 0)
    expect(await database.sql`select site from pages`).toEqual([])
  })
})

test('stopping lets jobs finish, hands back the rest without a try spent, and leaves no worker behind', async () => {
  const kind = testKind(({ n }) => (n === 0 ? new Promise(() => {}) : Promise.resolve({ result: {} })))
  const endless = await enqueue(database.sql, kind, { n: 0 })
  const quick = await enqueue(database.sql, kind, { n: 1 })
  const worker = await start(kind)
  await ended(quick.id, 'completed')
  await ended(endless.id, 'running')
  const began = performance.now()
  await worker.stop(300)
  expect(performance.now() - began).toBeLessThan(4_500)
  expect(await row(endless.id)).toMatchObject({ status: 'queued', attempt: 0, stalls: 0, claimed_by: null })
  expect(await database.sql`select id from workers`).toEqual([])
})

test('a claim that is under way when the worker stops leaves no job behind', async () => {
  const { sql } = database
  await sql.unsafe(`
    create function be_slow() returns trigger language plpgsql as
      $$ begin perform pg_sleep(0.5); return new; end $$;
    create trigger be_slow before update on jobs for each row when (new.status = 'running') execute function be_slow();`)
  try {
    const kind = testKind()
    const { id } = await enqueue(sql, kind, { n: 1 })
    const worker = await start(kind)
    await until(
      'the claim',
      async () => (await sql`select from pg_stat_activity where wait_event = 'PgSleep'`).length > 0,
      3_000,
    )
    await worker.stop(5_000)
    expect(await row(id)).toMatchObject({ status: 'completed', attempt: 1, stalls: 0 })
    expect(await sql`select id from workers`).toEqual([])
  } finally {
    await sql.unsafe('drop function be_slow cascade')
  }
})

test('a job claimed again by the same worker while its last run still ends is watched like any other', async () => {
  const runs: AbortSignal[] = []
  let endFirst = () => {}
  const kind = testKind(async (_input, { signal }) => {
    runs.push(signal)
    // The first run does not listen.
    await new Promise<void>((resolve) => {
      if (runs.length === 1) endFirst = resolve
      else signal.addEventListener('abort', () => resolve())
    })
    return { result: {} }
  })
  const { id } = await enqueue(database.sql, kind, { n: 1 })
  const worker = await start(kind)
  await until('the first run', () => runs.length === 1)
  await cancel(database.sql, [id])
  await retry(database.sql, [id])
  createHints(database.sql, false).send(kind.name)
  await until('the second run', () => runs.length === 2, 8_000)
  await until('the end of the first', () => runs[0]!.aborted, 5_000)
  endFirst()
  expect(runs[1]!.aborted).toBe(false)
  await new Promise((resolve) => setImmediate(resolve))
  await cancel(database.sql, [id])
  await until('the second to be told', () => runs[1]!.aborted, 4_000)
  await worker.stop(1_000)
})

test('a job that is cancelled while its worker drains is told so', async () => {
  let isTold = false
  const kind = testKind(
    (_input, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          isTold = true
          resolve({ result: {} })
        })
      }),
  )
  const { id } = await enqueue(database.sql, kind, { n: 1 })
  const worker = await start(kind)
  await ended(id, 'running')
  const began = performance.now()
  const stopped = worker.stop(20_000)
  await cancel(database.sql, [id])
  await stopped
  expect(isTold).toBe(true)
  expect(performance.now() - began).toBeLessThan(8_000)
})

test('a worker that cannot show that it lives stops its jobs itself, and runs them again when it can', async () => {
  const runs: AbortSignal[] = []
  const kind = testKind(async (_input, { signal }) => {
    runs.push(signal)
    if (runs.length === 1) {
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    return { result: {} }
  })
  const { id } = await enqueue(database.sql, kind, { n: 1 })
  await start(kind, { pace: { beatEveryMs: 100, fenceAfterMs: 1_000, deadAfterSeconds: 60, reapEveryMs: 60_000 } })
  await until('the run', () => runs.length === 1)
  await database.sql.begin(async (tx) => {
    await tx`lock table workers in access exclusive mode`
    await until('the signal', () => runs[0]!.aborted, 8_000)
  })
  expect(await ended(id, 'completed', 20_000)).toMatchObject({ attempt: 1, stalls: 0, claims: 2 })
})

describe('a worker that is worn out says so once, and goes on until it is stopped', () => {
  test('after its jobs', async () => {
    const reasons: string[] = []
    const kind = testKind()
    const items = Array.from({ length: 40 }, (_each, n) => ({ input: { n } }))
    await enqueueBatch(database.sql, kind, items)
    await start(kind, { maxJobs: 20, onWornOut: (why) => reasons.push(why) })
    await until('all jobs', async () => {
      const [count] = await database.sql`select count(*)::int as n from jobs where status = 'completed'`
      return count!.n === 40
    })
    expect(reasons).toEqual(['it has run its 20 jobs'])
  })

  test('above its memory', async () => {
    const reasons: string[] = []
    await start(testKind(), { memoryLimitMb: 1, onWornOut: (why) => reasons.push(why) })
    await until('the reason', () => reasons.length > 0, 3_000)
    expect(reasons[0]).toContain('WORKER_MEMORY_LIMIT_MB=1')
  })
})
