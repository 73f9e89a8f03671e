import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { discovery } from '../../src/kinds/discovery/discovery.ts'
import { cancel } from '../../src/queue/cancel.ts'
import { register } from '../../src/queue/presence.ts'
import { turn } from '../../src/queue/turn.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type ApiUnderTest, apiUnderTest } from './api-under-test.ts'

let database: TestDatabase
let api: ApiUnderTest

beforeAll(async () => {
  database = await createTestDatabase()
  api = apiUnderTest(database.sql)
})
afterAll(() => database.drop())
beforeEach(() => database.sql`truncate jobs, workers, job_tallies`)

const cnpj = '19.131.243/0001-97'

describe.each([
  ['/v2/scrape', 'discovery', { cnpj: '19131243000197', profile: true }],
  ['/v2/montagem_perfil', 'profile', { cnpj: '19131243000197' }],
])('POST %s', (path, kind, input) => {
  test('answers 202 with all that a client needs to go on, and the job is there at once', async () => {
    const { status, headers, body } = await api.post(path, { cnpj, external_id: 7 })
    expect(status).toBe(202)
    expect(body).toEqual({
      job_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      kind,
      status: 'queued',
      terminal: false,
      status_url: `http://localhost/jobs/${body.job_id}`,
      poll_after_seconds: expect.any(Number),
      deduplicated: false,
      external_id: '7',
    })
    expect(body.poll_after_seconds).toBeGreaterThan(0)
    expect(headers.get('location')).toBe(body.status_url)
    expect(headers.get('retry-after')).toBe(String(body.poll_after_seconds))
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    const polled = await api.get(`/jobs/${body.job_id}`)
    expect(polled.status).toBe(200)
    expect(polled.body).toMatchObject({
      job_id: body.job_id,
      kind,
      status: 'queued',
      terminal: false,
      status_url: body.status_url,
      external_id: '7',
      input: { ...input, external_id: '7' },
      result: null,
      error: null,
    })
  })

  test('a burst of forty makes forty jobs', async () => {
    const sites = Array.from({ length: 40 }, (_each, n) => ({ website: `empresa${n}.com.br` }))
    const answers = await Promise.all(sites.map((site) => api.post(path, site)))
    expect(answers.every(({ status }) => status === 202)).toBe(true)
    expect(new Set(answers.map(({ body }) => body.job_id)).size).toBe(40)
  })
})

describe('what is accepted', () => {
  test.each([
    [{ cnpj: '12.abc.345/01de-35' }, { cnpj: '12ABC34501DE35' }],
    [{ razao_social: '  Ação & Cia ' }, { razao_social: 'Ação & Cia' }],
    [{ nome_fantasia: "'; drop table jobs; -- 🎉" }, { nome_fantasia: "'; drop table jobs; -- 🎉" }],
    [{ website: 'www.Acme.com.br' }, { website: 'http://www.acme.com.br/' }],
    [{ website: 'https://ação.com.br/x' }, { website: 'https://xn--ao-siap.com.br/x' }],
    [
      { razao_social: 'Acme', uf: ' sp ', municipio: 'São Paulo' },
      { razao_social: 'Acme', uf: 'SP', municipio: 'São Paulo' },
    ],
    [
      { razao_social: 'Acme', cnpj: '', website: null, uf: ' ', external_id: null, profile: '' },
      { razao_social: 'Acme' },
    ],
    [
      { razao_social: 'Acme', external_id: 1.5 },
      { razao_social: 'Acme', external_id: '1.5' },
    ],
    ['{"cnpj":"1","cnpj":"19131243000197"}', { cnpj: '19131243000197' }],
  ])('%j', async (given, stored) => {
    const { status, body } = await api.post('/v2/scrape', given)
    expect(status).toBe(202)
    expect((await api.get(`/jobs/${body.job_id}`)).body.input).toEqual({ ...stored, profile: true })
  })

  test('profile: false is kept', async () => {
    const { body } = await api.post('/v2/scrape', { cnpj, profile: false })
    expect((await api.get(`/jobs/${body.job_id}`)).body.input.profile).toBe(false)
  })

  // An index entry of the queue has at most 2,704 bytes; upper case makes some letters three times as long.
  test.each([
    { razao_social: 'ᾷ'.repeat(300), municipio: 'ΐ'.repeat(100) },
    { nome_fantasia: Array.from({ length: 150 }, (_each, n) => String.fromCodePoint(0x20000 + 97 * n)).join('') },
    { website: `x.com/${Array.from({ length: 1980 }, (_each, n) => ((n * 7919) % 36).toString(36)).join('')}` },
  ])('the longest names and addresses', async (given) => {
    expect((await api.post('/v2/scrape', given)).status).toBe(202)
  })

  test('a discovery is named by its id in any case', async () => {
    const found = (await api.post('/v2/scrape', { cnpj })).body
    const first = (await api.post('/v2/montagem_perfil', { job_id: found.job_id })).body
    const second = (await api.post('/v2/montagem_perfil', { job_id: found.job_id.toUpperCase() })).body
    expect(second).toMatchObject({ job_id: first.job_id, deduplicated: true })
  })
})

describe('a company whose job is live', () => {
  test('is answered with that job as it stands', async () => {
    const first = (await api.post('/v2/scrape', { cnpj })).body
    expect((await api.post('/v2/scrape', { cnpj })).body).toEqual({ ...first, deduplicated: true })

    const worker = await register(database.sql, discovery.name, 1)
    await turn(database.sql, { workerId: worker, kind: discovery.name, ended: [], claimCount: 1 })
    const running = { ...first, status: 'running', poll_after_seconds: 2, deduplicated: true }
    expect((await api.post('/v2/scrape', { cnpj })).body).toEqual(running)
  })

  test('is answered with the external_id of each request, not of the first', async () => {
    const first = (await api.post('/v2/scrape', { cnpj, external_id: 'a' })).body
    const second = (await api.post('/v2/scrape', { cnpj, external_id: 'b' })).body
    const third = (await api.post('/v2/scrape', { cnpj })).body
    expect([first, second, third].map(({ external_id }) => external_id)).toEqual(['a', 'b', null])
    expect(new Set([first, second, third].map(({ job_id }) => job_id)).size).toBe(1)
  })

  test('a try that waits for later says how long to wait', async () => {
    const { job_id } = (await api.post('/v2/scrape', { cnpj })).body
    await database.sql`update jobs set run_at = clock() + interval '20 seconds'`
    const { body, headers } = await api.post('/v2/scrape', { cnpj })
    expect(body).toMatchObject({ job_id, status: 'queued', deduplicated: true })
    expect(body.poll_after_seconds).toBeGreaterThan(10)
    expect(headers.get('retry-after')).toBe(String(body.poll_after_seconds))
  })

  test('makes room for a new one when it has ended', async () => {
    const first = (await api.post('/v2/scrape', { cnpj })).body
    await cancel(database.sql, [first.job_id])
    const second = (await api.post('/v2/scrape', { cnpj })).body
    expect(second.deduplicated).toBe(false)
    expect(second.job_id).not.toBe(first.job_id)
  })

  test('fifty at once get one job', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.post('/v2/scrape', { cnpj })))
    expect(new Set(answers.map(({ body }) => body.job_id)).size).toBe(1)
    expect(answers.filter(({ body }) => !body.deduplicated)).toHaveLength(1)
  })
})

describe('status_url is where the caller can reach it', () => {
  test.each([
    [{}, 'http://localhost'],
    [{ 'x-forwarded-proto': 'https' }, 'https://localhost'],
    [{ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'sonda.up.railway.app' }, 'https://sonda.up.railway.app'],
    [{ 'x-forwarded-proto': 'https, http', 'x-forwarded-host': 'a.example, b.internal:80' }, 'https://a.example'],
    [{ 'x-forwarded-host': 'a.example:8443' }, 'http://a.example:8443'],
    [{ 'x-forwarded-proto': 'gopher', 'x-forwarded-host': '<script>' }, 'http://localhost'],
    [{ 'x-forwarded-host': 'user:pass@a.example/path?x' }, 'http://a.example'],
  ])('%j', async (headers, origin) => {
    const { body } = await api.post('/v2/scrape', { cnpj }, headers as Record<string, string>)
    expect(body.status_url).toBe(`${origin}/jobs/${body.job_id}`)
    const list = await api.get('/jobs', headers as Record<string, string>)
    expect(list.body.jobs[0].status_url).toBe(body.status_url)
  })
})

test('clients whose bodies do not come keep nobody else waiting', async () => {
  const slow = Array.from({ length: 20 }, () => {
    const never = new ReadableStream({ pull: () => new Promise<void>(() => {}) })
    const headers = { 'content-type': 'application/json', 'content-length': '40' }
    return api.app.request('/v2/scrape', { method: 'POST', headers, body: never, duplex: 'half' } as RequestInit)
  })
  expect((await api.post('/v2/scrape', { cnpj })).status).toBe(202)
  for (const each of slow) Promise.resolve(each).catch(() => {})
})

test('a profile of a job that is no discovery, or is not there, is refused at once', async () => {
  const found = await api.post('/v2/scrape', { cnpj })
  expect((await api.post('/v2/montagem_perfil', { job_id: found.body.job_id })).status).toBe(202)
  const wrong = await api.post('/v2/montagem_perfil', { cnpj })
  for (const job_id of [wrong.body.job_id, '01a20000-0000-7000-8000-000000000000']) {
    const { status, body } = await api.post('/v2/montagem_perfil', { job_id })
    expect([status, body.code, body.errors[0].field]).toEqual([400, 'FIELD_INVALID', 'job_id'])
  }
})
