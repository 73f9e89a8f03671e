import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Housekeeping, startHousekeeping } from '../../src/housekeeping/start-housekeeping.ts'
import { createLog } from '../../src/log.ts'
import { addCallback, listCallbacks, resendCallback } from '../../src/queue/callbacks.ts'
import { cancel } from '../../src/queue/cancel.ts'
import { enqueue } from '../../src/queue/enqueue.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { testKind } from '../support/kinds.ts'
import { until } from '../support/poll.ts'
import { killAll, startProcess } from '../support/processes.ts'
import { closeReceivers, startReceiver } from './loopback-receiver.ts'

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
const kind = testKind()

let database: TestDatabase
let running: Housekeeping[] = []
beforeAll(async () => {
  database = await createTestDatabase()
})
afterEach(async () => {
  await Promise.all(running.map((housekeeping) => housekeeping.stop()))
  running = []
  killAll()
  await closeReceivers()
  await database.sql`delete from jobs`
  await database.sql`delete from callbacks`
  await database.sql`delete from callback_hosts`
  await database.sql`delete from graphile_worker._private_jobs`
})
afterAll(() => database.drop())

const start = (timeoutMs = 15_000, log = createLog('silent', {})) =>
  running.push(
    startHousekeeping({
      databaseUrl: database.url,
      pool: database.sql,
      isPooled: false,
      retention: { completedDays: 0, failedDays: 0, cancelledDays: 0 },
      searchCacheDays: 30,
      callbacks: { allowHosts: [loopback], secrets: [secret], userAgent: 'Test', timeoutMs },
      log,
    }),
  )
const loopback = { host: '127.0.0.1', port: undefined }

/** A job that has ended, and whose callback is queued. */
async function endJob(url: string, n = 1): Promise<string> {
  const id = await database.sql.begin(async (tx) => {
    const { id: jobId } = await enqueue(tx, kind, { n }, { isWatched: true })
    await addCallback(tx, { jobId, url, owner: '' })
    return jobId
  })
  await cancel(database.sql, [id])
  return id
}
const deliveryOf = async (jobId: string) => (await listCallbacks(database.sql, { jobId }))[0]!.deliveries[0]!
/** Brings the next try forward. */
async function hurry(): Promise<void> {
  await database.sql`update graphile_worker._private_jobs set run_at = now() where locked_at is null and run_at > now()`
  await database.sql`select pg_notify('jobs:insert', '{"r":0,"count":1}')`
}
const becomes = (jobId: string, status: string) =>
  until(`delivery ${status}`, async () => {
    await hurry()
    const delivery = await deliveryOf(jobId)
    return delivery.status === status && delivery
  })

test('409 twice, 404, silence, 500, then 200: one effective delivery, with one id and a signature that verifies each time', async () => {
  const { port, received } = await startReceiver([409, 409, 404, 'hang', 500, 200])
  start(1_000)
  const jobId = await endJob(`http://127.0.0.1:${port}/webhook-waiting/7?signature=a+b/c=`)
  const first = await until('the first try', async () => {
    const delivery = await deliveryOf(jobId)
    return delivery.last_status !== null && delivery
  })
  expect(first).toMatchObject({ status: 'pending', last_status: 409, last_error: 'O destino respondeu 409.' })
  const waitMs = new Date(first.next_try_at!).getTime() - new Date(first.last_attempt_at!).getTime()
  expect(waitMs).toBeGreaterThan(2_500)

  expect(await becomes(jobId, 'delivered')).toMatchObject({
    attempts: 6,
    last_status: 200,
    last_error: null,
    next_try_at: null,
  })
  expect(received).toHaveLength(6)
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(new Set(received.map(({ body }) => body)).size).toBe(1)
  for (const { method, url, headers, body } of received) {
    expect([method, url]).toEqual(['POST', '/webhook-waiting/7?signature=a+b/c='])
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'job.ended',
      data: { job_id: jobId, status: 'cancelled' },
    })
  }
  const left = async () =>
    (await database.sql`select from graphile_worker.jobs where task_identifier = 'send_callback'`).length
  await until('its job to be gone', async () => (await left()) === 0)
})

test('410 ends it at once; sent again by hand it goes out with the same id', async () => {
  const { port, received } = await startReceiver([410, 200, 200])
  start()
  const jobId = await endJob(`http://127.0.0.1:${port}/`)
  const { id } = await becomes(jobId, 'failed')
  for (let sent = 2; sent <= 3; sent += 1) {
    await resendCallback(database.sql, id)
    expect(await becomes(jobId, 'delivered')).toMatchObject({ id, attempts: 1 })
    expect(received).toHaveLength(sent)
  }
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id, id])
})

test('after the last try it has failed, and is not tried again', async () => {
  const { port, received } = await startReceiver([500])
  start()
  const jobId = await endJob(`http://127.0.0.1:${port}/`)
  await until('the first try', async () => (await deliveryOf(jobId)).attempts === 1)
  await until('its job to be free', async () => {
    const rows = await database.sql`update graphile_worker._private_jobs set attempts = max_attempts - 1
      where key is not null and locked_at is null and attempts = 1 returning id`
    return rows.length === 1
  })
  expect(await becomes(jobId, 'failed')).toMatchObject({ last_status: 500, next_try_at: null })
  expect(received).toHaveLength(2)
})

/** Receivers that never answer, and how many tries they hold. */
async function startHanging(count: number) {
  const held = { tries: 0 }
  const hang = () => {
    held.tries += 1
  }
  const receivers = await Promise.all(Array.from({ length: count }, () => startReceiver([hang])))
  return { held, receivers }
}

test('a host that hangs, however it is spelled, has two tries under way at most, and holds up neither others nor cron', async () => {
  const { held, receivers } = await startHanging(1)
  const slow = receivers[0]!
  const fast = await startReceiver([200])
  await database.sql`insert into callback_hosts (host, is_slow) values (${`127.0.0.1:${slow.port}`}, false)`
  const spellings = ['127.0.0.1', '0x7f.1', '127.1', '2130706433', '127.0.1', '0x7f000001']
  for (let n = 0; n < 12; n += 1) await endJob(`http://${spellings[n % spellings.length]}:${slow.port}/`, n)
  start()
  await until('the slow one to be busy', () => held.tries === 2)
  const startedAt = performance.now()
  const jobId = await endJob(`http://127.0.0.1:${fast.port}/`, 100)
  await until('the fast one', async () => (await deliveryOf(jobId)).status === 'delivered')
  await database.sql`select graphile_worker.add_job('forget')`
  const left = async () =>
    (await database.sql`select from graphile_worker.jobs where task_identifier = 'forget'`).length
  await until('the cron task', async () => (await left()) === 0)
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  expect(held.tries).toBe(2)
  await slow.close()
})

test('hosts that hang leave places for others, however many they are', async () => {
  const { held, receivers } = await startHanging(10)
  for (const [n, { port }] of receivers.entries()) {
    for (let each = 0; each < 3; each += 1) await endJob(`http://127.0.0.1:${port}/`, n * 10 + each)
  }
  const fast = await startReceiver([200])
  await database.sql`insert into callback_hosts (host, is_slow) values (${`127.0.0.1:${fast.port}`}, false)`
  start()
  await until('these to be busy', () => held.tries === 6)
  const startedAt = performance.now()
  const jobId = await endJob(`http://127.0.0.1:${fast.port}/`, 1_000)
  await until('the other', async () => (await deliveryOf(jobId)).status === 'delivered')
  expect(performance.now() - startedAt).toBeLessThan(3_000)
  expect(held.tries).toBe(6)
  await Promise.all(receivers.map((receiver) => receiver.close()))
})

test('sent again during a try that hangs, what was delivered stays so and is not sent once more', async () => {
  const { port, received } = await startReceiver(['hang', 200])
  await database.sql`insert into callback_hosts (host, is_slow) values (${`127.0.0.1:${port}`}, false)`
  start(1_000)
  const jobId = await endJob(`http://127.0.0.1:${port}/`)
  await until('the try', () => received.length === 1)
  await resendCallback(database.sql, (await deliveryOf(jobId)).id)
  expect(await becomes(jobId, 'delivered')).toMatchObject({ attempts: 1, last_status: 200 })
  const underWay = await database.sql`select from graphile_worker.jobs where locked_at is not null`
  expect(underWay).toHaveLength(1)
  await until('the first try to be over', async () => {
    const rows = await database.sql`select from graphile_worker.jobs where locked_at is not null`
    return rows.length === 0
  })
  await database.sql`select mend_callbacks(interval '0')`
  await hurry()
  expect(await database.sql`select from graphile_worker.jobs where task_identifier = 'send_callback'`).toEqual([])
  expect(await deliveryOf(jobId)).toMatchObject({
    status: 'delivered',
    attempts: 1,
    last_status: 200,
    next_try_at: null,
  })
  expect(received).toHaveLength(2)
})

test('a receiver that refuses is no error of ours, and a task that fails is one', async () => {
  const lines: { level: string; message: string }[] = []
  const at = (level: string) => (_fields: object, message: string) => void lines.push({ level, message })
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: () => log }
  const { port } = await startReceiver([409])
  start(1_000, log)
  await endJob(`http://127.0.0.1:${port}/`)
  const failures = () => lines.filter(({ message }) => /Failed task .*send_callback/.test(message))
  await until('its failure', () => failures().length > 0)
  expect(failures()[0]).toMatchObject({ level: 'debug', message: expect.stringContaining('O destino respondeu 409.') })
  expect(failures()[0]!.message).not.toContain('\n')
  expect(lines).toContainEqual({ level: 'info', message: 'callback not delivered; it will be tried again' })
  expect(lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([])

  await database.sql`select graphile_worker.add_job('send_callback', '{"delivery_id": "no uuid"}')`
  await until('the other failure', () => failures().length > 1)
  expect(failures()[1]).toMatchObject({ level: 'error', message: expect.stringContaining('uuid') })
})

test('several processes send a delivery once', async () => {
  const { port, received } = await startReceiver([200])
  start()
  start()
  const jobIds = await Promise.all(Array.from({ length: 30 }, (_each, n) => endJob(`http://127.0.0.1:${port}/`, n)))
  await until('all of them', async () => {
    const [row] = await database.sql`select count(*)::int as n from callback_deliveries where status = 'delivered'`
    return row!.n === jobIds.length
  })
  expect(received).toHaveLength(jobIds.length)
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(jobIds.length)
})

test('kill -9 of the API before it sends, and while it sends, loses nothing', async () => {
  const { port, received } = await startReceiver(['hang', 200])
  const startApi = () => {
    const env = { DATABASE_URL: database.url, PORT: '0', HOST: '127.0.0.1', CALLBACK_ALLOW_HOSTS: '127.0.0.1' }
    return startProcess('api', [], env)
  }
  // It ended while no API was there.
  const jobId = await endJob(`http://127.0.0.1:${port}/`)
  const first = startApi()
  await until('the try', () => received.length === 1)
  first.process.kill('SIGKILL')
  await first.exit
  expect(await deliveryOf(jobId)).toMatchObject({ status: 'pending', attempts: 1 })

  startApi()
  await database.sql`update graphile_worker._private_jobs set locked_at = now() - interval '10 minutes' where locked_at is not null`
  await database.sql`select graphile_worker.add_job('mend_callbacks')`
  expect(await becomes(jobId, 'delivered')).toMatchObject({ attempts: 2 })
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual(
    Array.from({ length: 2 }, () => received[0]!.headers['webhook-id']),
  )
})
