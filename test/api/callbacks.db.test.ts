import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKey } from '../../src/api/access/api-keys.ts'
import { callbackSchema, callbackWithDeliveriesSchema, deliverySchema } from '../../src/api/job/callbacks-view.ts'
import { batchEnded, jobEnded } from '../../src/api/openapi/callback-messages.ts'
import { foldBatches } from '../../src/queue/batches.ts'
import {
  addCallback,
  beginAttempt,
  type CallbackSubject,
  listCallbacks,
  noteAttempt,
} from '../../src/queue/callbacks.ts'
import { cancel } from '../../src/queue/cancel.ts'
import { enqueue, enqueueBatch } from '../../src/queue/enqueue.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { testKind } from '../support/kinds.ts'
import { type ApiUnderTest, apiUnderTest } from './api-under-test.ts'

let database: TestDatabase
let api: ApiUnderTest
beforeAll(async () => {
  database = await createTestDatabase()
  api = apiUnderTest(database.sql)
})
afterAll(() => database.drop())

const url = 'https://hooks.example.com/webhook-waiting/7?signature=secret'
const submit = async (headers: Record<string, string> = {}) => {
  const body = { website: `https://${randomUUID()}.example.com`, external_id: 'linha 7', callback_url: url }
  const answer = await api.post('/v2/scrape', body, headers)
  expect(answer.status).toBe(202)
  return answer.body.job_id as string
}
const keyOf = async (name: string) => {
  const key = await createKey(database.sql, { name, scopes: ['submit', 'read'], ratePerMinute: null })
  return { authorization: `Bearer ${key}` }
}

test('a job shows its callback while it waits and after each try, and never what its query says', async () => {
  const id = await submit()
  const shown = async () => {
    const { status, body } = await api.get(`/jobs/${id}`)
    expect(status).toBe(200)
    expect(JSON.stringify(body)).not.toContain('secret')
    expect(body.callbacks).toHaveLength(1)
    return callbackSchema.strict().parse(body.callbacks[0])
  }
  expect(await shown()).toMatchObject({
    url: 'https://hooks.example.com/webhook-waiting/7?…',
    status: 'waiting',
    attempts: 0,
    delivery_id: null,
  })
  await cancel(database.sql, [id])
  const { delivery_id: deliveryId } = await shown()
  const attempt = await beginAttempt(database.sql, deliveryId!)
  expect(JSON.parse(attempt!.body).data).toMatchObject({
    external_id: 'linha 7',
    status_url: `http://localhost/jobs/${id}`,
  })
  const error = 'O destino respondeu 404.'
  await noteAttempt(database.sql, deliveryId!, attempt!, {
    isDelivered: false,
    httpStatus: 404,
    error,
    retryInSeconds: 3,
  })
  expect(await shown()).toMatchObject({
    status: 'pending',
    attempts: 1,
    last_status: 404,
    last_error: error,
    next_try_at: expect.any(String),
    delivered_at: null,
  })
  await noteAttempt(database.sql, deliveryId!, attempt!, { isDelivered: true, httpStatus: 200 })
  expect(await shown()).toMatchObject({ status: 'delivered', last_status: 200, delivered_at: expect.any(String) })
})

test('deliveries are listed, and sent again by hand', async () => {
  const id = await submit()
  await cancel(database.sql, [id])
  const list = async () => {
    const { status, body } = await api.get(`/jobs/${id}/callbacks`)
    expect(status).toBe(200)
    expect(JSON.stringify(body)).not.toContain('secret')
    return body.callbacks.map((each: unknown) => callbackWithDeliveriesSchema.strict().parse(each))
  }
  const [{ deliveries }] = await list()
  expect(deliveries).toEqual([expect.objectContaining({ status: 'pending', attempts: 0 })])
  const deliveryId = deliveries[0].id
  const attempt = await beginAttempt(database.sql, deliveryId)
  await noteAttempt(database.sql, deliveryId, attempt!, { isDelivered: false, httpStatus: 410, error: 'x' })
  const resent = await api.post(`/v2/callbacks/${deliveryId}/resend`, '')
  expect(resent.status).toBe(202)
  expect(deliverySchema.strict().parse(resent.body)).toMatchObject({ id: deliveryId, status: 'pending', attempts: 0 })
  expect((await list())[0].deliveries).toHaveLength(1)
})

test('a batch lists its callbacks', async () => {
  const { batchId } = await enqueueBatch(database.sql, testKind(), [{ input: { n: 1 } }])
  await addCallback(database.sql, { batchId, url, owner: '' })
  const { status, body } = await api.get(`/v2/batches/${batchId}/callbacks`)
  expect(status).toBe(200)
  expect(body.callbacks).toEqual([expect.objectContaining({ url: expect.stringMatching(/\?…$/), deliveries: [] })])
})

describe('what is sent is what the API’s description says, and nothing besides', () => {
  const bodyOf = async (subject: CallbackSubject) => {
    const [callback] = await listCallbacks(database.sql, subject)
    const attempt = await beginAttempt(database.sql, callback!.deliveries[0]!.id)
    return JSON.parse(attempt!.body)
  }

  test('of a job and its child', async () => {
    const id = await submit()
    const child = await database.sql.begin(async (tx) => {
      await tx`update jobs set status = 'completed', finished_at = clock() where id = ${id}`
      return enqueue(tx, testKind(undefined, { name: 'child' }), { n: 1 }, { parentId: id, exclusive: false })
    })
    await cancel(database.sql, [child.id])
    const body = await bodyOf({ jobId: id })
    expect(body.data).toMatchObject({ external_id: 'linha 7', children: [{ job_id: child.id, status: 'cancelled' }] })
    expect(jobEnded.parse(body)).toEqual(body)
  })

  test('of a batch', async () => {
    const { body: batch } = await api.post('/v2/batches', { items: [{ website: 'a.example.com' }], callback_url: url })
    await cancel(database.sql, (await database.sql`select id from jobs where batch_id = ${batch.batch_id}`).map(idOf))
    await foldBatches(database.sql)
    const body = await bodyOf({ batchId: batch.batch_id })
    expect(body.data).toMatchObject({ batch_id: batch.batch_id, jobs: { discovery: { total: 1, cancelled: 1 } } })
    expect(batchEnded.parse(body)).toEqual(body)
  })
})
const idOf = ({ id }: { id?: string }) => id!

test('what belongs to another owner is not found, and stays as it is', async () => {
  const [mine, others] = [await keyOf('mine'), await keyOf('others')]
  const id = await submit(mine)
  await cancel(database.sql, [id])
  const { body } = await api.get(`/jobs/${id}/callbacks`, mine)
  const deliveryId = body.callbacks[0].deliveries[0].id
  expect((await api.get(`/jobs/${id}/callbacks`, others)).body.code).toBe('JOB_NOT_FOUND')
  const refused = await api.post(`/v2/callbacks/${deliveryId}/resend`, '', others)
  expect([refused.status, refused.body.code]).toEqual([404, 'DELIVERY_NOT_FOUND'])
  expect((await api.post(`/v2/callbacks/${deliveryId}/resend`, '', mine)).status).toBe(202)
})

test.each(['nothing', randomUUID()])('%s is not found', async (id) => {
  expect((await api.get(`/jobs/${id}/callbacks`)).body.code).toBe('JOB_NOT_FOUND')
  expect((await api.get(`/v2/batches/${id}/callbacks`)).body.code).toBe('BATCH_NOT_FOUND')
  expect((await api.post(`/v2/callbacks/${id}/resend`, '')).body.code).toBe('DELIVERY_NOT_FOUND')
})

test('a private address is refused at submission, with the name of the setting', async () => {
  const { status, body } = await api.post('/v2/scrape', {
    website: 'https://example.com',
    callback_url: 'http://n8n:5678/x',
  })
  expect([status, body.code]).toEqual([400, 'FIELD_INVALID'])
  expect(body.errors[0].field).toBe('callback_url')
  expect(body.detail).toContain('CALLBACK_ALLOW_HOSTS')
})
