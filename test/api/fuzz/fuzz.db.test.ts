import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type ApiUnderTest, apiUnderTest } from '../api-under-test.ts'

/** For a longer search, as in fuzz-described.db.test.ts. */
const runs = Number(process.env.FUZZ_RUNS ?? 300)
let database: TestDatabase
let api: ApiUnderTest

beforeAll(async () => {
  database = await createTestDatabase()
  api = apiUnderTest(database.sql)
})
afterAll(() => database.drop())

const naughty = fc.constantFrom(
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udfffx',
  '\ufeff',
  '\u202e',
  '🎉'.repeat(100),
  'ﷺ'.repeat(120),
  'ß'.repeat(300),
  'x'.repeat(5000),
  "'; drop table jobs; --",
  '$1',
  '\\',
  '{"a":1}',
  'null',
  'NaN',
  '-1',
  '__proto__',
  'constructor',
  'toString',
  'http://',
  'http://[',
  'http://[::1]/',
  'http://a..b',
  'https://xn--/',
  'http://1.1',
  'http://0x7f.1',
  `http://${'a'.repeat(300)}.com`,
  'javascript:alert(1).com',
  '12.ABC.345/01DE-35',
  '19131243000197',
  '００００',
)
const fields = [
  'cnpj',
  'razao_social',
  'nome_fantasia',
  'municipio',
  'uf',
  'website',
  'external_id',
  'profile',
  'job_id',
]
const key = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...fields) }, naughty, fc.string({ unit: 'binary' }))
const text = fc.oneof(naughty, fc.string(), fc.string({ unit: 'binary' }), fc.webUrl(), fc.domain(), fc.uuid())
const value = fc.oneof(
  { weight: 6, arbitrary: text },
  fc.constantFrom(null, true, false, 0, -0, 1e308, 2 ** 53, 5e-324, [], {}, [[[]]], { $ne: 1 }),
  fc.double(),
  fc.jsonValue(),
)
/** Written by hand, so that a key may stand twice and be `__proto__`. */
const object = fc
  .array(fc.tuple(key, value), { maxLength: 6 })
  .map((pairs) => `{${pairs.map(([name, part]) => `${JSON.stringify(name)}:${JSON.stringify(part)}`).join(',')}}`)
const externalId = fc.oneof(fc.string(), fc.integer())
const fitting = fc
  .oneof(
    fc.record({ razao_social: fc.string({ unit: 'grapheme' }), external_id: externalId }),
    fc.record({ website: fc.webUrl(), external_id: externalId }),
    fc.record({ job_id: fc.uuid(), website: fc.domain() }),
  )
  .map((company) => JSON.stringify(company))
const encoder = new TextEncoder()
const body = fc.oneof(
  { weight: 8, arbitrary: object.map((json) => encoder.encode(json)) },
  { weight: 3, arbitrary: fitting.map((json) => encoder.encode(json)) },
  { weight: 2, arbitrary: fc.json().map((json) => encoder.encode(`\ufeff${json}`)) },
  fc.uint8Array({ maxLength: 200 }),
  fc
    .constantFrom('[', '{"cnpj":', '1e', '-', '"\\u', '{"a":1e999,"a":')
    .map((part) => encoder.encode(part.repeat(10_000))),
  fc
    .constantFrom('9'.repeat(400), '{"external_id":1e999}', `{"external_id":${'9'.repeat(400)}}`)
    .map((json) => encoder.encode(json)),
)
const mediaType = fc.oneof(
  { weight: 12, arbitrary: fc.constant('application/json') },
  fc.constantFrom(
    'application/json;;',
    'application/json;charset=utf-16',
    'application/a+json',
    'text/json',
    'multipart/form-data',
    '',
    ';',
    '*/*',
  ),
)

const isProblem = (status: number, answer: { code?: unknown; detail?: unknown }) => {
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
  expect(answer.code).toMatch(/^[A-Z_]+$/)
  expect(answer.detail).toMatch(/\S/)
}

test.each(['/v2/scrape', '/v2/montagem_perfil'])(
  'POST %s: whatever comes is refused with a code, or can be read back at once',
  async (path) => {
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(body, mediaType, async (bytes, type) => {
        const { status, body: answer } = await api.post(path, bytes, { 'content-type': type })
        expect(api.logged).toEqual([])
        if (status !== 202) return isProblem(status, answer)
        accepted += 1
        const polled = await api.get(answer.status_url)
        expect(polled.status).toBe(200)
        expect(polled.body).toMatchObject({ job_id: answer.job_id, status: 'queued', terminal: false })
      }),
      { numRuns: runs },
    )
    // Or the fuzz tests nothing but refusals.
    expect(accepted).toBeGreaterThan(runs / 75)
  },
)

test('GET /jobs: whatever is asked is refused with a code, or answered with a page', async () => {
  const name = fc.oneof({ weight: 6, arbitrary: fc.constantFrom('status', 'kind', 'batch', 'cursor', 'limit') }, text)
  const wanted = fc.oneof(
    text,
    fc.constantFrom('queued', 'failed', 'discovery', '1', '200'),
    fc.uuid(),
    fc.integer().map(String),
  )
  const query = fc.oneof(
    fc
      .array(fc.tuple(name, wanted), { maxLength: 4 })
      .map((pairs) =>
        pairs
          .map(
            ([left, right]) => `${encodeURIComponent(left.toWellFormed())}=${encodeURIComponent(right.toWellFormed())}`,
          )
          .join('&'),
      ),
    fc.string({ unit: fc.constantFrom('%', '&', '=', '0', 'f', 'z', '+', '[', ']', '?', ';') }),
  )
  let answered = 0
  await fc.assert(
    fc.asyncProperty(query, async (asked) => {
      const { status, body: answer } = await api.get(`/jobs?${asked}`)
      expect(api.logged).toEqual([])
      if (status !== 200) return isProblem(status, answer)
      answered += 1
      expect(answer.jobs).toBeInstanceOf(Array)
    }),
    { numRuns: runs },
  )
  expect(answered).toBeGreaterThan(runs / 300)
})

test('GET /jobs/:id: whatever the id, a 404 with a code', async () => {
  await fc.assert(
    fc.asyncProperty(text, async (id) => {
      const { status, body: answer } = await api.get(`/jobs/x${encodeURIComponent(id.toWellFormed())}`)
      expect(api.logged).toEqual([])
      expect([status, answer.code]).toEqual([404, 'JOB_NOT_FOUND'])
    }),
    { numRuns: Math.ceil(runs / 5) },
  )
})
