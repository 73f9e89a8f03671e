import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createKey, type KeyOptions, revokeKey } from '../../src/api/access/api-keys.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/poll.ts'
import { apiUnderTest } from './api-under-test.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(() => database.sql`truncate api_keys, jobs, paused_kinds`)

const cnpj = '19131243000197'

/** The API as a caller elsewhere reaches it; each key is made for it. */
function api(tokens: string[] = ['secret']) {
  const under = apiUnderTest(database.sql, { tokens, allowAnonymous: false, remoteAddress: () => '200.1.2.3' })
  const as = (token: string | undefined) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
    return {
      get: (path: string) => under.get(path, headers),
      post: (path: string, body: unknown = {}) => under.post(path, body, headers),
    }
  }
  const withKey = async (options: Partial<KeyOptions> = {}) => {
    const key = await createKey(database.sql, {
      name: 'n8n',
      scopes: ['submit', 'read'],
      ratePerMinute: null,
      ...options,
    })
    return as(key!)
  }
  return { as, withKey }
}

test('a key is stored as its hash alone', async () => {
  const key = await createKey(database.sql, { name: 'n8n', scopes: ['read'], ratePerMinute: 60 })
  expect(key).toMatch(/^sonda_[0-9A-Za-z]{43}$/)
  const [row] = await database.sql`select *, api_keys::text as everything from api_keys`
  expect(row).toMatchObject({ name: 'n8n', prefix: key!.slice(0, 12), scopes: ['read'], rate_per_minute: 60 })
  expect(row!.everything).not.toContain(key!.slice(12))
  expect(await createKey(database.sql, { name: 'n8n', scopes: ['read'], ratePerMinute: null })).toBeUndefined()
})

test('beside API_ACCESS_TOKEN a key lets in; a wrong one, a revoked one and none do not', async () => {
  const { as, withKey } = api()
  const n8n = await withKey()
  expect((await n8n.get('/jobs')).status).toBe(200)
  expect((await as('secret').get('/jobs')).status).toBe(200)
  expect((await as(undefined).get('/jobs')).status).toBe(401)
  const wrong = await as(`sonda_${'x'.repeat(43)}`).get('/jobs')
  expect([wrong.status, wrong.body.detail]).toEqual([401, 'A chave enviada não existe ou foi revogada.'])
  await revokeKey(database.sql, 'n8n')
  const revoked = await until(
    'it stops',
    async () => {
      const answer = await n8n.get('/jobs')
      return answer.status === 401 && answer
    },
    6_000,
  )
  expect(revoked.body.code).toBe('UNAUTHORIZED')
})

test('what waits for a job with a key ends within five seconds of its revocation, and nothing else does', async () => {
  const [key, other] = [
    await createKey(database.sql, { name: 'n8n', scopes: ['submit', 'read'], ratePerMinute: null }),
    await createKey(database.sql, { name: 'other', scopes: ['submit', 'read', 'admin'], ratePerMinute: null }),
  ]
  const { app } = apiUnderTest(database.sql, { tokens: ['secret'], allowAnonymous: false })
  const ask = async (path: string, token: string, init: RequestInit = {}) =>
    app.request(path, { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } })
  const send = async (path: string, body: string, type = 'application/json') => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': type }
    return (await app.request(path, { method: 'POST', body, headers })).json() as Promise<Record<string, string>>
  }
  const { job_id } = await send('/v2/scrape', JSON.stringify({ cnpj }))
  const { batch_id } = await send('/v2/batches', 'nome_fantasia\nPadaria\n', 'text/csv')
  /** When a stream has ended, and what it said. */
  const textOf = async (token: string) => (await ask(`/jobs/${job_id}/events`, token)).text()
  const [held, heldBatch, stream] = [
    ask(`/jobs/${job_id}?wait=60`, key!),
    ask(`/v2/batches/${batch_id}?wait=60`, key!),
    textOf(key!),
  ]
  let othersEnded = 0
  const others = [textOf(other!), textOf('secret'), ask(`/jobs/${job_id}?wait=60`, other!)]
  for (const each of others) void each.then(() => (othersEnded += 1))
  const revokedMs = performance.now()
  await revokeKey(database.sql, 'n8n')
  for (const answer of await Promise.all([held, heldBatch])) {
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'UNAUTHORIZED'])
  }
  expect(await stream).not.toContain('event: end')
  expect(performance.now() - revokedMs).toBeLessThan(5_000)
  expect(othersEnded).toBe(0)
  await database.sql`update jobs set status = 'cancelled', finished_at = clock()`
  expect((await Promise.all(others)).slice(0, 2)).toEqual([
    expect.stringContaining('event: end'),
    expect.stringContaining('event: end'),
  ])
})

test('without API_ACCESS_TOKEN others are served with a key, and only so', async () => {
  const { as, withKey } = api([])
  const n8n = await withKey()
  expect((await n8n.get('/jobs')).status).toBe(200)
  expect((await as(undefined).get('/jobs')).status).toBe(401)
})

test('without API_ACCESS_TOKEN this machine is the operator, but not with a revoked key', async () => {
  const key = await createKey(database.sql, { name: 'n8n', scopes: ['read'], ratePerMinute: null })
  const local = apiUnderTest(database.sql, { allowAnonymous: false })
  const pause = (headers: Record<string, string>) =>
    local.post('/v2/queues/profile/pause', {}, { host: 'localhost', ...headers })
  expect((await pause({})).status).toBe(200)
  expect((await pause({ authorization: `Bearer ${key}` })).status).toBe(403)
  expect((await pause({ authorization: `Bearer ${key!.slice(0, -1)}!` })).status).toBe(200) // is no key at all
  const other = key!.endsWith('x') ? 'y' : 'x'
  expect((await pause({ authorization: `Bearer ${key!.slice(0, -1)}${other}` })).status).toBe(401)
})

describe('scopes', () => {
  const id = '01975f00-0000-7000-8000-000000000000'
  const everything: ['get' | 'post', string, 'read' | 'submit' | 'admin'][] = [
    ['get', '/jobs', 'read'],
    ['get', `/jobs/${id}`, 'read'],
    ['get', '/v2/queues', 'read'],
    ['get', '/v2/queue_discovery/metrics', 'read'],
    ['post', '/v2/scrape', 'submit'],
    ['post', '/v2/montagem_perfil', 'submit'],
    ['post', `/jobs/${id}/cancel`, 'submit'],
    ['post', `/jobs/${id}/retry`, 'submit'],
    ['post', '/jobs/cancel', 'submit'],
    ['post', '/jobs/retry', 'submit'],
    ['post', '/v2/queues/discovery/pause', 'admin'],
    ['post', '/v2/queues/discovery/resume', 'admin'],
    ['post', '/v2/queues/discovery/purge', 'admin'],
  ]

  test.each(['read', 'submit', 'admin'] as const)('%s does what it is for, and admin all', async (scope) => {
    const caller = await api().withKey({ scopes: [scope] })
    for (const [method, path, needed] of everything) {
      const { status, body } = await caller[method](path)
      const isAllowed = scope === needed || scope === 'admin'
      expect([path, body.code === 'SCOPE_MISSING']).toEqual([path, !isAllowed])
      if (!isAllowed) {
        expect(status).toBe(403)
        expect(body.detail).toBe(
          `A chave "n8n" não tem o escopo "${needed}", de que ${method.toUpperCase()} ${path} precisa. Peça a quem opera o servidor uma chave com ele.`,
        )
      }
    }
  })
})

test('a key that is too fast is told how long to wait; the operator and other keys are not', async () => {
  const { as, withKey } = api()
  const slow = await withKey({ ratePerMinute: 60 })
  const other = await withKey({ name: 'other', ratePerMinute: 60 })
  const answers = await Promise.all(Array.from({ length: 70 }, () => slow.get('/jobs?limit=1')))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(5)
  expect(refused[0]!.headers.get('retry-after')).toBe('1')
  expect(refused[0]!.body).toMatchObject({
    code: 'RATE_LIMITED',
    detail: 'A chave "n8n" pode fazer 60 requisições por minuto, e passou disso. Tente de novo em 1 s.',
  })
  expect((await other.get('/jobs?limit=1')).status).toBe(200)
  expect((await as('secret').get('/jobs?limit=1')).status).toBe(200)
})

describe('owners', () => {
  test("a job has its key's name; others do not find it, and admin and the operator do", async () => {
    const { as, withKey } = api()
    const [a, b, admin] = [
      await withKey({ name: 'a' }),
      await withKey({ name: 'b' }),
      await withKey({ name: 'chief', scopes: ['admin'] }),
    ]
    const { body } = await a.post('/v2/scrape', { cnpj })
    const path = `/jobs/${body.job_id}`
    for (const caller of [a, admin, as('secret')]) {
      const { status, body: job } = await caller.get(path)
      expect([status, job.owner]).toEqual([200, 'a'])
    }
    for (const answer of [await b.get(path), await b.post(`${path}/cancel`), await b.post(`${path}/retry`)]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'JOB_NOT_FOUND'])
    }
    expect((await b.get('/jobs')).body.jobs).toEqual([])
    expect((await a.get(path)).body.status).toBe('queued')
    expect((await as('secret').post('/v2/scrape', { cnpj })).body.deduplicated).toBe(false)
  })
})
