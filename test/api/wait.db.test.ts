import { once } from 'node:events'
import { request, type Server } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApiServer } from '../../src/api/server.ts'
import type { Pool } from '../../src/db/connect.ts'
import { postgres } from '../../src/db/driver.ts'
import { discovery } from '../../src/kinds/discovery/discovery.ts'
import { profile } from '../../src/kinds/profile/profile.ts'
import { addCallback } from '../../src/queue/callbacks.ts'
import { cancel } from '../../src/queue/cancel.ts'
import { enqueue, enqueueBatch } from '../../src/queue/enqueue.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/poll.ts'
import { type ApiUnderTest, apiUnderTest } from './api-under-test.ts'

let database: TestDatabase
let api: ApiUnderTest

beforeAll(async () => {
  database = await createTestDatabase()
  api = apiUnderTest(database.sql)
})
afterAll(async () => {
  await database.drop()
  expect(api.logged).toEqual([])
})

const site = (n: number) => ({ website: `https://empresa${n}.com.br/`, profile: true })
let sites = 0
const nextSite = () => {
  sites += 1
  return site(sites)
}
const submit = async (): Promise<string> => (await enqueue(database.sql, discovery, nextSite())).id
const complete = (ids: readonly string[]) =>
  database.sql`
    update jobs set status = 'completed', claimed_by = null, finished_at = clock(), result = '{"website":"http://a.test/"}'
    where id in ${database.sql(ids)}`

/** A way to the database that can be cut and mended. */
async function startWire(databaseUrl: string) {
  const url = new URL(databaseUrl)
  const target = { host: url.hostname, port: Number(url.port) }
  const sockets = new Set<Socket>()
  const relay = createServer((inward) => {
    const outward = connect(target)
    for (const [one, other] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      sockets.add(one)
      one.on('error', () => {}).on('close', () => other.destroy())
      one.pipe(other)
    }
  })
  relay.listen(0, '127.0.0.1')
  await once(relay, 'listening')
  const { port } = relay.address() as AddressInfo
  url.hostname = '127.0.0.1'
  url.port = String(port)
  return {
    url: url.href,
    cut() {
      relay.close()
      for (const socket of sockets) socket.destroy()
    },
    async mend() {
      relay.listen(port, '127.0.0.1')
      await once(relay, 'listening')
    },
  }
}

/** A pool that counts its statements. */
function counting(sql: Pool): { pool: Pool; statements: () => number } {
  let statements = 0
  const pool = new Proxy(sql, {
    get(target, name, receiver) {
      if (name === 'unsafe') statements += 1
      return Reflect.get(target, name, receiver)
    },
  })
  return { pool, statements: () => statements }
}

describe.concurrent('GET /jobs/:id?wait', () => {
  test('answers when the job ends, with its result', async () => {
    const id = await submit()
    const answered = api.get(`/jobs/${id}?wait=30`)
    await complete([id])
    const { status, headers, body } = await answered
    expect(status).toBe(200)
    expect(body).toMatchObject({
      job_id: id,
      status: 'completed',
      terminal: true,
      result: { website: 'http://a.test/' },
    })
    expect(headers.get('retry-after')).toBeNull()
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('holds the answer until then', async () => {
    const id = await submit()
    let isAnswered = false
    const answered = api.get(`/jobs/${id.toUpperCase()}?wait=30`).then((answer) => {
      isAnswered = true
      return answer
    })
    await api.get(`/jobs/${await submit()}?wait=1`)
    expect(isAnswered).toBe(false)
    await cancel(database.sql, [id])
    expect((await answered).body.status).toBe('cancelled')
  })

  test('answers at once where nothing is to be waited for', async () => {
    const id = await submit()
    await complete([id])
    const startedMs = performance.now()
    expect((await api.get(`/jobs/${id}?wait=60`)).body.terminal).toBe(true)
    const none = await api.get('/jobs/01975f00-0000-7000-8000-000000000000?wait=60')
    expect([none.status, none.body.code]).toEqual([404, 'JOB_NOT_FOUND'])
    expect(performance.now() - startedMs).toBeLessThan(2_000)
  })

  test('when the time is over, answers the job as it stands by then', async () => {
    const id = await submit()
    const answered = api.get(`/jobs/${id}?wait=1`)
    await database.sql`update jobs set progress = '{"stage":"read","percent":40,"message":"Lendo"}' where id = ${id}`
    const { status, headers, body } = await answered
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'queued', terminal: false, progress: { percent: 40 } })
    expect(headers.get('retry-after')).toBe(String(body.poll_after_seconds))
  })

  test('a job that is deleted meanwhile is not found', async () => {
    const id = await submit()
    const answered = api.get(`/jobs/${id}?wait=30`)
    await database.sql`delete from jobs where id = ${id}`
    expect((await answered).body.code).toBe('JOB_NOT_FOUND')
  })

  test('Prefer: wait is the same, and said to have been applied', async () => {
    const id = await submit()
    const startedMs = performance.now()
    const { headers, body } = await api.get(`/jobs/${id}`, { prefer: 'respond-async, wait=1' })
    expect(performance.now() - startedMs).toBeGreaterThan(900)
    expect([headers.get('preference-applied'), body.status]).toEqual(['wait=1', 'queued'])
    const passedOver = await api.get(`/jobs/${id}`, { prefer: 'wait=soon, handling=lenient' })
    expect([passedOver.status, passedOver.headers.get('preference-applied')]).toEqual([200, null])
  })

  test.each([
    ['wait=0', 'wait: deve ser um número inteiro de segundos, de 1 a 60.'],
    ['wait=61', 'wait: deve ser um número inteiro de segundos, de 1 a 60.'],
    ['wait=-1', 'wait: deve ser um número inteiro de segundos, de 1 a 60.'],
    ['wait=', 'wait: deve ser um número inteiro de segundos, de 1 a 60.'],
    ['wait=1&wait=2', 'wait: veio mais de uma vez.'],
    ['until=profile', 'until: deve ser um destes valores: job, children.'],
    ['include=result', 'include: deve ser um destes valores: children.'],
    ['wai=30', 'wai: campo desconhecido (você quis dizer "wait"?).'],
  ])('?%s is refused', async (query, detail) => {
    const { status, body } = await api.get(`/jobs/${await submit()}?${query}`)
    expect([status, body.code, body.detail]).toEqual([400, 'FIELD_INVALID', detail])
  })

  test('four hundred waiting callers cost some statements a second, and all are answered', async () => {
    const { pool, statements } = counting(database.sql)
    const waiting = apiUnderTest(pool)
    const items = Array.from({ length: 400 }, () => ({ input: nextSite() }))
    const ids = (await enqueueBatch(database.sql, discovery, items)).jobs.map(({ id }) => id)
    // What is shown of callbacks comes with the jobs.
    for (const id of ids.slice(0, 100))
      await addCallback(database.sql, { jobId: id, url: 'https://a.test/', owner: '' })
    const startedMs = performance.now()
    const answers = Promise.all(ids.map((id) => waiting.get(`/jobs/${id}?wait=30`)))
    await waiting.get(`/jobs/${ids[0]}?wait=1`)
    for (let from = 0; from < ids.length; from += 100) await complete(ids.slice(from, from + 100))
    const bodies = (await answers).map(({ body }) => body)
    expect(bodies.every(({ status, result }) => status === 'completed' && result.website === 'http://a.test/')).toBe(
      true,
    )
    expect(bodies.map(({ job_id }) => job_id)).toEqual(ids)
    expect(bodies.filter(({ callbacks }) => callbacks.length === 1)).toHaveLength(100)
    expect(statements() / ((performance.now() - startedMs) / 1000)).toBeLessThan(40)
  })
})

describe.concurrent('a discovery and its profile', () => {
  const family = async () => {
    const id = await submit()
    const child = await enqueue(database.sql, profile, { job_id: id, external_id: 'x' }, { parentId: id })
    await complete([id])
    return { id, childId: child.id }
  }

  test('all_terminal says whether both have ended', async () => {
    const { id, childId } = await family()
    expect((await api.get(`/jobs/${id}`)).body).toMatchObject({ terminal: true, all_terminal: false })
    await complete([childId])
    expect((await api.get(`/jobs/${id}`)).body).toMatchObject({ terminal: true, all_terminal: true })
  })

  test('one request brings both, once both have ended', async () => {
    const { id, childId } = await family()
    expect((await api.get(`/jobs/${id}?wait=30`)).body.all_terminal).toBe(false)
    const answered = api.get(`/jobs/${id}?wait=30&until=children&include=children`)
    await complete([childId])
    const { body } = await answered
    expect(body).toMatchObject({ all_terminal: true, poll_after_seconds: 0 })
    expect(body.children).toEqual([
      {
        ...(await api.get(`/jobs/${childId}`)).body,
        children: undefined,
        all_terminal: undefined,
        waits_for: undefined,
        callbacks: undefined,
      },
    ])
    expect(body.children[0]).toMatchObject({
      result: { website: 'http://a.test/' },
      external_id: 'x',
      parent_job_id: id,
    })
  })

  test('the profile that is enqueued as the discovery ends is waited for, too', async () => {
    const id = await submit()
    const answered = api.get(`/jobs/${id}?wait=30&until=children`)
    const child = await database.sql.begin(async (tx) => {
      await tx`update jobs set status = 'completed', finished_at = clock() where id = ${id}`
      return enqueue(tx, profile, { job_id: id }, { parentId: id })
    })
    await until('the parent has ended', async () => (await api.get(`/jobs/${id}`)).body.terminal)
    await cancel(database.sql, [child.id])
    const { body } = await answered
    expect([body.all_terminal, body.children[0].status]).toEqual([true, 'cancelled'])
    expect(body.children[0]).not.toHaveProperty('result')
  })

  test('whoever waits for both is told when to come again for the one that is left', async () => {
    const { id } = await family()
    expect((await api.get(`/jobs/${id}`)).body.poll_after_seconds).toBe(0)
    const { headers, body } = await api.get(`/jobs/${id}?until=children`)
    expect(body.poll_after_seconds).toBeGreaterThanOrEqual(2)
    expect(headers.get('retry-after')).toBe(String(body.poll_after_seconds))
  })
})

describe.concurrent('on a socket', () => {
  const listen = async (options: Parameters<typeof apiUnderTest>[3], pool = database.sql) => {
    const server: Server = createApiServer(apiUnderTest(pool, {}, undefined, options).app)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return { server, port, url: `http://127.0.0.1:${port}` }
  }

  test('a stopping server answers those who wait at once', async () => {
    const stopping = new AbortController()
    const { server, url } = await listen({ stopping: stopping.signal })
    const ids = await Promise.all(Array.from({ length: 20 }, () => submit()))
    const answers = ids.map(async (id) => (await fetch(`${url}/jobs/${id}?wait=60`)).json())
    await (await fetch(`${url}/jobs/${ids[0]}?wait=1`)).json()
    const stoppedMs = performance.now()
    const closed = once(server, 'close')
    server.close()
    stopping.abort()
    const bodies = (await Promise.all(answers)) as { status: string }[]
    await closed
    expect(performance.now() - stoppedMs).toBeLessThan(1_000)
    expect(bodies.map(({ status }) => status)).toEqual(ids.map(() => 'queued'))
  })

  test('a caller who goes away is forgotten', async () => {
    const { pool, statements } = counting(database.sql)
    const { server, port } = await listen({}, pool)
    const id = await submit()
    const asked = request({ port, host: '127.0.0.1', path: `/jobs/${id}?wait=60` })
    asked.on('error', () => {})
    asked.end()
    await until('it is waited for', () => statements() >= 3)
    asked.destroy()
    await until('nobody asks any more', async () => {
      const before = statements()
      await new Promise((resolve) => setTimeout(resolve, 400))
      return statements() === before
    })
    server.close()
  })

  test('an outage is waited out, and the last that was known answered if it lasts', async () => {
    const wire = await startWire(database.url)
    const pool = postgres(wire.url, { max: 3, backoff: () => 0.05, onnotice: () => {} })
    const { server, url } = await listen({}, pool)
    const [id, other, unknown] = [await submit(), await submit(), await submit()]
    const ask = async (path: string) => (await fetch(url + path)).json() as Promise<{ status: string | number }>
    const [ended, known] = [ask(`/jobs/${id}?wait=20`), ask(`/jobs/${other}?wait=2`)]
    await ask(`/jobs/${id}?wait=1`)
    wire.cut()
    const neverKnown = ask(`/jobs/${unknown}?wait=1`)
    expect((await known).status).toBe('queued')
    expect((await neverKnown).status).toBe(503)
    await wire.mend()
    await complete([id])
    expect((await ended).status).toBe('completed')
    await pool.end({ timeout: 1 })
    wire.cut()
    server.close()
  })
})
