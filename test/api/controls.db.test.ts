import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createKey } from '../../src/api/access/api-keys.ts'
import { jobSchema } from '../../src/api/job/job-view.ts'
import { metricsSchema } from '../../src/api/routes/queues.ts'
import { discovery } from '../../src/kinds/discovery/discovery.ts'
import { enqueue, enqueueBatch } from '../../src/queue/enqueue.ts'
import { createHints } from '../../src/queue/hints.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/poll.ts'
import { type ApiUnderTest, apiUnderTest } from './api-under-test.ts'

let database: TestDatabase
let api: ApiUnderTest
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.sql`truncate api_keys, jobs, batches, batch_items, batch_counts, job_tallies, paused_kinds`
  api = apiUnderTest(database.sql)
})

const add = async (name: string, owner = '') =>
  (await enqueue(database.sql, discovery, { razao_social: name } as never, { owner })).id
const error = { code: 'TIMEOUT', message: 'x', attempt: 3, at: '2026-11-23T12:00:00Z' }
const fail = (id: string, code = 'TIMEOUT') => database.sql`
  update jobs set status = 'failed', finished_at = now(), error = ${JSON.stringify({ ...error, code })}::text::json
  where id = ${id}`
const statusOf = async (id: string) => (await database.sql`select status from jobs where id = ${id}`)[0]!.status
const ownersKey = async (name: string) => {
  const key = await createKey(database.sql, { name, scopes: ['submit', 'read'], ratePerMinute: null })
  return { authorization: `Bearer ${key}` }
}

describe('POST /jobs/:id/retry', () => {
  test('queues a failed job again, and its workers are told', async () => {
    const id = await add('A')
    await fail(id)
    let told = 0
    const { stop } = await createHints(database.sql, false).listen('discovery', () => (told += 1))
    const before = told
    const { status, body } = await api.post(`/jobs/${id}/retry`, {})
    expect([status, body.job_id, body.status, body.terminal]).toEqual([200, id, 'queued', false])
    await until('a hint', () => told > before)
    await stop()
  })

  test('needs no body', async () => {
    const id = await add('A')
    await fail(id)
    expect((await api.app.request(`/jobs/${id}/retry`, { method: 'POST' })).status).toBe(200)
  })

  test.each([
    ['queued', 'Este job ainda não terminou; acompanhe-o em vez de repeti-lo.'],
    ['completed', 'Este job terminou bem. Para refazê-lo, envie a empresa de novo.'],
  ])('of a job that is %s is a conflict', async (status, detail) => {
    const id = await add('A')
    await database.sql`update jobs set status = ${status} where id = ${id}`
    const answer = await api.post(`/jobs/${id}/retry`, {})
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([409, 'JOB_NOT_RETRYABLE', detail])
    expect(await statusOf(id)).toBe(status)
  })

  test('of a job whose company has a live one is a conflict', async () => {
    const id = await add('A')
    await fail(id)
    await add('A')
    const answer = await api.post(`/jobs/${id}/retry`, {})
    expect([answer.status, answer.body.code]).toEqual([409, 'JOB_NOT_RETRYABLE'])
    expect(answer.body.detail).toBe('Já há outro job desta empresa na fila ou em execução; acompanhe esse.')
  })

  test.each(['nothing', '01975f00-0000-7000-8000-000000000000'])('of %s is not found', async (id) => {
    expect((await api.post(`/jobs/${id}/retry`, {})).body.code).toBe('JOB_NOT_FOUND')
  })
})

describe('by filter', () => {
  test('retry takes what fits: by code, kind, status and batch', async () => {
    const [a, b, c] = [await add('A'), await add('B'), await add('C')]
    await fail(a)
    await fail(b, 'NO_WEBSITE')
    await api.post(`/jobs/${c}/cancel`, {})
    expect((await api.post('/jobs/retry', { code: 'TIMEOUT', kind: 'profile' })).body).toEqual({ retried: 0 })
    expect((await api.post('/jobs/retry', { code: 'TIMEOUT' })).body).toEqual({ retried: 1 })
    expect([await statusOf(a), await statusOf(b)]).toEqual(['queued', 'failed'])
    expect((await api.post('/jobs/retry', { status: 'cancelled' })).body).toEqual({ retried: 1 })
    const { batchId, jobs } = await enqueueBatch(database.sql, discovery, [{ input: { razao_social: 'D' } as never }])
    await fail(jobs[0]!.id)
    expect((await api.post('/jobs/retry', { batch: batchId })).body).toEqual({ retried: 1 })
    expect(await statusOf(b)).toBe('failed')
  })

  test('cancel takes what is due, scheduled and running, thousands too, and counts it', async () => {
    const items = Array.from({ length: 2_500 }, (_each, n) => ({ input: { razao_social: `N${n}` } as never }))
    const { jobs } = await enqueueBatch(database.sql, discovery, items)
    await database.sql`update jobs set run_at = now() + '1 hour' where id = ${jobs[0]!.id}`
    await database.sql`update jobs set status = 'running', claimed_by = gen_random_uuid() where id = ${jobs[1]!.id}`
    const other = await add('A')
    await fail(other)
    expect((await api.post('/jobs/cancel', { status: 'running' })).body).toEqual({ cancelled: 1 })
    expect((await api.post('/jobs/cancel', { kind: 'discovery' })).body).toEqual({ cancelled: 2_499 })
    expect(await statusOf(other)).toBe('failed')
    const [tally] = await database.sql`select sum(cancelled)::int as n from job_tallies`
    expect(tally!.n).toBe(2_500)
  })

  test('a key reaches its own jobs alone', async () => {
    const key = await ownersKey('a')
    const [mine, theirs] = [await add('A', 'a'), await add('A', 'b')]
    expect((await api.post('/jobs/cancel', { kind: 'discovery' }, key)).body).toEqual({ cancelled: 1 })
    expect([await statusOf(mine), await statusOf(theirs)]).toEqual(['cancelled', 'queued'])
    await fail(mine)
    await fail(theirs)
    expect((await api.post('/jobs/retry', { kind: 'discovery' }, key)).body).toEqual({ retried: 1 })
    expect([await statusOf(mine), await statusOf(theirs)]).toEqual(['queued', 'failed'])
  })

  test.each([
    ['/jobs/retry', {}, 'Informe ao menos um filtro: status, kind, code ou batch.'],
    ['/jobs/cancel', {}, 'Informe ao menos um filtro: status, kind, code ou batch.'],
    ['/jobs/retry', { status: 'completed' }, 'status: deve ser um destes valores: failed, cancelled.'],
    ['/jobs/cancel', { status: 'failed' }, 'status: deve ser um destes valores: queued, running.'],
    ['/jobs/retry', { batch: 'x' }, 'batch: deve ser o id de um lote, um UUID.'],
    ['/jobs/retry', { lote: 'x' }, 'lote: campo desconhecido (você quis dizer "batch"?).'],
  ])('%s %j is refused with a reason', async (path, body, detail) => {
    const answer = await api.post(path, body)
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([400, 'FIELD_INVALID', detail])
  })
})

test('what the routes answer is what they are documented to', async () => {
  const id = await add('A')
  const fits = (schema: { parse(answer: unknown): unknown }, { status, body }: { status: number; body: unknown }) => {
    expect(status).toBe(200)
    expect(schema.parse(body)).toEqual(body)
  }
  fits(jobSchema.strict(), await api.post(`/jobs/${id}/cancel`, {}))
  fits(jobSchema.strict(), await api.post(`/jobs/${id}/retry`, {}))
  const queues = await api.get('/v2/queues')
  fits(metricsSchema.strict(), { status: queues.status, body: queues.body.queues[0] })
  fits(metricsSchema.strict(), await api.get('/v2/queue_discovery/metrics'))
})

describe('queues', () => {
  const queues = async () => (await api.get('/v2/queues')).body.queues
  const metrics = async () => (await api.get('/v2/queue_discovery/metrics')).body

  test('are paused and resumed, and say so', async () => {
    expect((await api.post('/v2/queues/discovery/pause', {})).body).toEqual({ kind: 'discovery', paused: true })
    expect(await queues()).toMatchObject([
      { kind: 'discovery', paused: true },
      { kind: 'profile', paused: false },
    ])
    expect((await metrics()).paused).toBe(true)
    expect((await api.post('/v2/queues/discovery/resume', {})).body).toEqual({ kind: 'discovery', paused: false })
    expect((await metrics()).paused).toBe(false)
  })

  test('are purged of what waits, which can be retried', async () => {
    await add('A')
    const running = await add('B')
    await database.sql`update jobs set status = 'running', claimed_by = gen_random_uuid() where id = ${running}`
    expect((await api.post('/v2/queues/discovery/purge', {})).body).toEqual({ kind: 'discovery', purged: 1 })
    expect(await statusOf(running)).toBe('running')
    expect((await queues())[0]).toMatchObject({ queued: 0, processing: 1, cancelled: 1 })
    expect((await api.post('/jobs/retry', { status: 'cancelled' })).body).toEqual({ retried: 1 })
  })

  test('that do not exist are not found', async () => {
    const { status, body } = await api.post('/v2/queues/invoices/purge', {})
    expect([status, body.code]).toEqual([404, 'QUEUE_NOT_FOUND'])
    expect(body.detail).toBe('Não há fila "invoices". As filas são: discovery, profile.')
  })
})
