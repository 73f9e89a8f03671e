import { OpenAPIHono } from '@hono/zod-openapi'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CallerVariables } from '../../src/api/access/caller.ts'
import { createJobReading } from '../../src/api/job/job-reading.ts'
import { eventsRoute } from '../../src/api/routes/events.ts'
import { jobRoute } from '../../src/api/routes/job.ts'
import { jobsRoute } from '../../src/api/routes/jobs.ts'
import { discovery } from '../../src/kinds/discovery/discovery.ts'
import { profile } from '../../src/kinds/profile/profile.ts'
import { kinds } from '../../src/kinds/registry.ts'
import { createLog } from '../../src/log.ts'
import { enqueue, enqueueBatch } from '../../src/queue/enqueue.ts'
import type { JobOutcome } from '../../src/queue/outcome.ts'
import { register } from '../../src/queue/presence.ts'
import { turn } from '../../src/queue/turn.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type ApiUnderTest, apiUnderTest } from './api-under-test.ts'

let database: TestDatabase
let api: ApiUnderTest
let worker: string

beforeAll(async () => {
  database = await createTestDatabase()
  api = apiUnderTest(database.sql)
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.sql`truncate jobs, workers, batches, batch_items, job_tallies`
  worker = await register(database.sql, discovery.name, 10)
})

const site = (n: number) => ({ website: `https://empresa${n}.com.br/`, profile: true })
const submit = async (n: number): Promise<string> => (await enqueue(database.sql, discovery, site(n))).id
const submitMany = async (count: number, from = 0): Promise<string[]> => {
  const items = Array.from({ length: count }, (_each, n) => ({ input: site(from + n) }))
  return (await enqueueBatch(database.sql, discovery, items)).jobs.map(({ id }) => id)
}
const claim = async (claimCount: number) =>
  (await turn(database.sql, { workerId: worker, kind: discovery.name, ended: [], claimCount })).claimed
/** Claims as many jobs as there are outcomes and ends them so. */
const end = async (...outcomes: JobOutcome[]): Promise<void> => {
  const claimed = await claim(outcomes.length)
  const ended = claimed.map((job, n) => ({ claim: job, outcome: outcomes[n]! }))
  const { written } = await turn(database.sql, { workerId: worker, kind: discovery.name, ended, claimCount: 0 })
  expect(written.size).toBe(outcomes.length)
}
const completed: JobOutcome = { status: 'completed', result: { website: 'https://empresa.com.br/' } }
const error = {
  code: 'SITE_UNREACHABLE' as const,
  message: 'O site não respondeu.',
  attempt: 5,
  at: '2026-01-01T00:00:00Z',
}
const failed: JobOutcome = { status: 'failed', error }
const retried: JobOutcome = { status: 'queued', error, delayMs: 20_000, counts: true }

describe('GET /jobs/:id', () => {
  test('shows a running job as running, and asks to come again', async () => {
    const id = await submit(1)
    await claim(1)
    const { status, headers, body } = await api.get(`/jobs/${id}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'running', terminal: false, attempt: 1, max_attempts: 5, finished_at: null })
    expect(headers.get('retry-after')).toBe(String(body.poll_after_seconds))
  })

  test('shows what was found, and has nothing left to wait for', async () => {
    const id = await submit(1)
    await end(completed)
    const { headers, body } = await api.get(`/jobs/${id}`)
    expect(body).toMatchObject({
      status: 'completed',
      terminal: true,
      poll_after_seconds: 0,
      result: { website: 'https://empresa.com.br/' },
      error: null,
    })
    expect(headers.get('retry-after')).toBeNull()
  })

  test('a job that failed is a good answer, with its code', async () => {
    const id = await submit(1)
    await end(failed)
    const { status, body } = await api.get(`/jobs/${id}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'failed', terminal: true, error: { code: 'SITE_UNREACHABLE' }, result: null })
  })

  test('between two tries it says what went wrong and when it goes on', async () => {
    const id = await submit(1)
    await end(retried)
    const { body } = await api.get(`/jobs/${id}`)
    expect(body).toMatchObject({ status: 'queued', terminal: false, error: { code: 'SITE_UNREACHABLE' } })
    expect(Date.parse(body.next_try_at)).toBeGreaterThan(Date.now())
    expect(body.poll_after_seconds).toBeGreaterThan(10)
  })

  test('names the jobs that it enqueued', async () => {
    const id = await submit(1)
    const child = await enqueue(database.sql, profile, { job_id: id }, { parentId: id })
    const { body } = await api.get(`/jobs/${id}`)
    expect(body.children).toEqual([
      {
        job_id: child.id,
        kind: 'profile',
        status: 'queued',
        terminal: false,
        status_url: `http://localhost/jobs/${child.id}`,
      },
    ])
    expect((await api.get(`/jobs/${child.id}`)).body.parent_job_id).toBe(id)
  })

  test('the id may be in capitals', async () => {
    const id = await submit(1)
    expect((await api.get(`/jobs/${id.toUpperCase()}`)).body.job_id).toBe(id)
  })

  test('an id that is none of ours is not found', async () => {
    const { status, body } = await api.get('/jobs/01975f00-0000-7000-8000-000000000000')
    expect([status, body.code]).toEqual([404, 'JOB_NOT_FOUND'])
  })
})

describe('whose jobs one may see', () => {
  test('an owner sees their own and nobody else’s; the operator sees all', async () => {
    const ids: Record<string, string> = {}
    for (const owner of ['', 'ana', 'rui']) {
      ids[owner] = (await enqueue(database.sql, discovery, site(1), { owner })).id
      expect((await api.get(`/jobs/${ids[owner]}`)).status).toBe(200)
    }
    const app = new Hono<CallerVariables>()
    app.use(async (c, next) => {
      c.set('caller', { owner: 'ana', scopes: ['submit', 'read'] })
      await next()
    })
    const reading = createJobReading({ pool: database.sql, kinds, llm: undefined, log: createLog('silent', {}) }, 5_000)
    const routes = new OpenAPIHono()
    jobRoute(routes, reading)
    eventsRoute(routes, reading)
    jobsRoute(routes, { pool: database.sql, kinds }, reading)
    app.route('/', routes as never)
    const ask = (path: string) => app.request(path)
    for (const path of ['', '?wait=60', '/events']) {
      for (const other of ['', 'rui']) {
        const answer = await ask(`/jobs/${ids[other]}${path}`)
        expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, 'JOB_NOT_FOUND'])
      }
    }
    expect((await ask(`/jobs/${ids.ana}`)).status).toBe(200)
    const { jobs } = (await (await ask('/jobs')).json()) as { jobs: { job_id: string }[] }
    expect(jobs.map(({ job_id }) => job_id)).toEqual([ids.ana])
    expect((await api.get('/jobs')).body.jobs).toHaveLength(3)
  })
})

describe('POST /jobs/:id/cancel', () => {
  test('ends a queued or running job at once; once more changes nothing', async () => {
    const ids = await submitMany(2)
    await claim(1)
    for (const id of [...ids, ...ids]) {
      const { status, body } = await api.post(`/jobs/${id}/cancel`, '', { 'content-type': 'text/plain' })
      expect(status).toBe(200)
      expect(body).toMatchObject({ job_id: id, status: 'cancelled', terminal: true })
    }
  })

  test('leaves one that has ended as it is, and finds none that is not there', async () => {
    const id = await submit(1)
    await end(completed)
    expect((await api.post(`/jobs/${id}/cancel`, '')).body.status).toBe('completed')
    const { status, body } = await api.post('/jobs/01975f00-0000-7000-8000-000000000000/cancel', '')
    expect([status, body.code]).toEqual([404, 'JOB_NOT_FOUND'])
  })
})

describe('GET /jobs', () => {
  const list = async (query = '') => (await api.get(`/jobs${query}`)).body
  const idsOf = ({ jobs }: { jobs: { job_id: string }[] }) => jobs.map(({ job_id }) => job_id)

  test('an empty table is an empty page', async () => {
    expect(await list()).toEqual({ jobs: [], next: null })
  })

  test('lists the newest first, without their results', async () => {
    const ids = [await submit(1), await submit(2), await submit(3)]
    await end(completed)
    const body = await list()
    expect(idsOf(body)).toEqual(ids.toReversed())
    expect(body.next).toBeNull()
    expect(body.jobs[2]).toMatchObject({ status: 'completed', terminal: true })
    expect(body.jobs[2]).not.toHaveProperty('result')
  })

  test('a walk by `next` meets each of 120 jobs once, also while new ones arrive', async () => {
    const ids = await submitMany(120)
    const met: string[] = []
    const sizes: number[] = []
    for (let url: string | null = 'http://localhost/jobs?limit=50'; url !== null; ) {
      const { body } = await api.get(url)
      met.push(...idsOf(body))
      sizes.push(body.jobs.length)
      url = body.next
      await submitMany(7, 1000 + met.length)
    }
    expect(met).toEqual(ids.toSorted().toReversed())
    expect(sizes).toEqual([50, 50, 20])
  })

  test('a page that is exactly full is the last', async () => {
    await submitMany(4)
    const first = await list('?limit=2')
    expect((await api.get(first.next)).body).toMatchObject({ jobs: [{}, {}], next: null })
  })

  test('filters combine, and `next` keeps them', async () => {
    const mine = await enqueueBatch(database.sql, discovery, [
      { input: site(1) },
      { input: site(2) },
      { input: site(3) },
    ])
    await enqueueBatch(database.sql, profile, [{ input: { website: 'https://a.com/' } }])
    await submit(9)
    await end(completed, completed) // the single one, which passes the batch, and the batch's first
    const [first, second, third] = mine.jobs.map(({ id }) => id)
    expect((await list('?kind=discovery')).jobs).toHaveLength(4)
    expect((await list('?kind=profile')).jobs).toHaveLength(1)
    expect((await list('?status=completed')).jobs).toHaveLength(2)
    expect((await list('?status=running')).jobs).toHaveLength(0)
    expect(idsOf(await list(`?batch=${mine.batchId}`))).toEqual([third, second, first])
    expect(idsOf(await list(`?batch=${mine.batchId}&status=completed&kind=discovery`))).toEqual([first])
    expect(await list(`?batch=${mine.batchId}&kind=profile`)).toEqual({ jobs: [], next: null })
    const page = await list(`?batch=${mine.batchId.toUpperCase()}&status=queued&kind=discovery&limit=1`)
    expect(idsOf(page)).toEqual([third])
    const rest = (await api.get(page.next)).body
    expect(idsOf(rest)).toEqual([second])
    expect(rest.next).toBeNull()
  })

  test('a batch that is not there has no jobs', async () => {
    await submit(1)
    expect((await list('?batch=01975f00-0000-7000-8000-000000000000')).jobs).toEqual([])
  })

  test('`next` is absolute, also behind a proxy', async () => {
    await submitMany(2)
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'sonda.example.com' }
    const { body } = await api.get('/jobs?limit=1', headers)
    expect(body.next).toBe(`https://sonda.example.com/jobs?limit=1&cursor=${body.jobs[0].job_id}`)
  })
})

describe('metrics', () => {
  const metrics = async (kind = 'discovery') => (await api.get(`/v2/queue_${kind}/metrics`)).body

  test('an empty queue is all zeros', async () => {
    expect(await metrics('profile')).toEqual({
      kind: 'profile',
      paused: false,
      queued: 0,
      scheduled: 0,
      oldest_queued_seconds: 0,
      processing: 0,
      completed: 0,
      failed: 0,
      cancelled: 0,
      workers_alive: 0,
      slots: 0,
    })
  })

  test('count every change at once, each kind for itself', async () => {
    await submitMany(8)
    expect(await metrics()).toMatchObject({ queued: 8, processing: 0, completed: 0, workers_alive: 1, slots: 10 })
    await end(completed, completed, failed)
    expect(await metrics()).toMatchObject({ queued: 5, processing: 0, completed: 2, failed: 1 })
    await end(retried)
    expect(await metrics()).toMatchObject({ queued: 5, scheduled: 1, completed: 2, failed: 1 })
    const [running] = await claim(2)
    expect(await metrics()).toMatchObject({ queued: 3, processing: 2 })
    await api.post(`/jobs/${running!.id}/cancel`, '')
    expect(await metrics()).toMatchObject({ queued: 3, processing: 1, completed: 2, failed: 1, cancelled: 1 })
    expect(await metrics('profile')).toMatchObject({ queued: 0, processing: 0, completed: 0, workers_alive: 0 })
  })

  test('tell the age of the oldest that is due', async () => {
    const ids = await submitMany(2)
    await database.sql`update jobs set created_at = clock() - interval '90 seconds' where id = ${ids[0]!}`
    expect((await metrics()).oldest_queued_seconds).toBeCloseTo(90, -1)
  })

  test('a worker that has stopped beating is not alive', async () => {
    await register(database.sql, discovery.name, 5)
    expect(await metrics()).toMatchObject({ workers_alive: 2, slots: 15 })
    await database.sql`update workers set beat_at = clock() - interval '36 seconds' where id = ${worker}`
    expect(await metrics()).toMatchObject({ workers_alive: 1, slots: 5 })
  })

  test('many who look at once see the same', async () => {
    await submitMany(3)
    const seen = await Promise.all(Array.from({ length: 100 }, () => metrics()))
    expect(seen.every(({ queued }) => queued === 3)).toBe(true)
  })
})

test('GET /readyz asks the database', async () => {
  expect((await api.get('/readyz')).body).toEqual({ status: 'ready' })
})
