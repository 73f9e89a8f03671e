import { describe, expect, test } from 'vitest'
import { apiUnderTest, nowhere } from './api-under-test.ts'

const ended = () => {
  const pool = nowhere()
  void pool.end()
  return pool
}

describe.each([
  ['nobody listens', nowhere],
  ['the pool has ended', ended],
])('the database is away: %s', (_how, poolOf) => {
  const api = apiUnderTest(poolOf())

  test.each([
    ['POST', '/v2/scrape', { cnpj: '19131243000197' }],
    ['POST', '/v2/montagem_perfil', { cnpj: '19131243000197' }],
    ['GET', '/jobs', undefined],
    ['GET', '/jobs/01975f00-0000-7000-8000-000000000000', undefined],
    ['POST', '/jobs/01975f00-0000-7000-8000-000000000000/cancel', {}],
    ['GET', '/v2/queue_discovery/metrics', undefined],
    ['GET', '/v2/queue_profile/metrics', undefined],
  ])('%s %s says so, and when to come again', async (method, path, body) => {
    const { status, headers, body: problem } = method === 'POST' ? await api.post(path, body) : await api.get(path)
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('5')
    expect(problem).toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      detail: 'O banco de dados não respondeu; nada se perdeu. Tente de novo em alguns segundos.',
    })
    expect(api.logged).toEqual([])
  })

  test('GET /healthz is well, GET /readyz is not', async () => {
    expect((await api.get('/healthz')).status).toBe(200)
    const ready = await api.get('/readyz')
    expect([ready.status, ready.body.code]).toEqual([503, 'DATABASE_UNAVAILABLE'])
  })

  test('a request that is wrong is told so all the same', async () => {
    expect((await api.post('/v2/scrape', { cnjp: '1' })).body.code).toBe('FIELD_INVALID')
  })
})

test('an error that nobody expected is logged, and its text shown to nobody', async () => {
  const pool = new Proxy(nowhere(), {
    get: () => () => {
      throw new Error('the secret')
    },
  })
  const api = apiUnderTest(pool)
  const { status, body } = await api.post('/v2/scrape', { cnpj: '19131243000197' })
  expect([status, body.code]).toEqual([500, 'INTERNAL'])
  expect(JSON.stringify(body)).not.toContain('secret')
  expect(JSON.stringify(api.logged)).toContain('the secret')
})
