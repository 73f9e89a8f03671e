import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createKey } from '../../../src/api/access/api-keys.ts'
import { discoveryExample, profileExample, recordExample } from '../../../src/api/openapi/openapi-job-examples.ts'
import { run } from '../../../src/db/queries.ts'
import { profile } from '../../../src/kinds/profile/profile.ts'
import { enqueue } from '../../../src/queue/enqueue.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type ApiUnderTest, apiUnderTest, nowhere } from '../api-under-test.ts'
import { documentOf, operationsIn } from '../openapi/openapi-document.ts'
import { answerCheck } from './fuzz-answers.ts'
import { exampleRequests, type FuzzRequest, requestsFor } from './fuzz-requests.ts'
import type { Likely } from './fuzz-values.ts'

/** For a longer search: `FUZZ_RUNS=500 vitest run test/api/fuzz-described.db.test.ts`. */
const runs = Number(process.env.FUZZ_RUNS ?? 6)
const atOnce = 6
const operator = 'operator-token'

const operations = operationsIn(documentOf(apiUnderTest(nowhere())))
let database: TestDatabase
let api: ApiUnderTest
let tokens: [string, ...string[]] = [operator]
let likelyOf: (path: string) => Likely
let checkAnswer: ReturnType<typeof answerCheck>

beforeAll(async () => {
  database = await createTestDatabase()
  // It stops: whoever waits for a job is answered at once.
  const options = { stopping: AbortSignal.abort() }
  api = apiUnderTest(database.sql, { tokens: [operator], allowAnonymous: false }, { budgetDaily: 5 }, options)
  checkAnswer = answerCheck(documentOf(api))
  await seed()
})
afterEach(() => void api.logged.splice(0))
afterAll(() => database.drop())

/** Something of everything, so that there is something to answer. */
async function seed() {
  const { sql } = database
  const post = async (path: string, body: object) => {
    const answer = await api.post(path, body, { authorization: `Bearer ${operator}` })
    expect(answer.status).toBe(202)
    return answer.body
  }
  const callback_url = 'https://hook.example.com/a?b=c'
  const first = '11444777000161'
  const cnpjs = [first, '19131243000197', '00000000000191', '33000167000101']
  const jobs: string[] = []
  for (const [n, cnpj] of cnpjs.entries()) {
    jobs.push((await post('/v2/scrape', { cnpj, external_id: n, callback_url })).job_id)
  }
  const items = [{ cnpj: '12ABC34501DE35' }, { cnpj: '12ABC34501DE35' }, { cnpj: '1' }, { website: 'a.example.com' }]
  const batches = [
    (await post('/v2/batches', { items, callback_url })).batch_id,
    (await post('/v2/batches', { items: [{ website: 'b.example.com' }], kind: 'profile' })).batch_id,
  ]
  const failed: string[] = []
  for (let n = 0; n < 20; n += 1) {
    failed.push((await enqueue(sql, profile, { website: `http://failed${n}.example/` })).id)
  }
  const [result, profileResult] = [sql.json(discoveryExample as never), sql.json(profileExample as never)]
  const error = sql.json({ code: 'TIMEOUT', message: 'Passou do tempo.', attempt: 1, at: '' })
  await sql.begin(async (tx) => {
    await tx`update jobs set status = 'completed', finished_at = now(), result = ${result} where id = ${jobs[0]!}`
    await enqueue(tx, profile, { cnpj: first }, { parentId: jobs[0]!, exclusive: false })
  })
  await sql`update jobs set status = 'completed', finished_at = now(), result = ${profileResult} where kind = 'profile' and id not in ${sql(failed)}`
  await sql`update jobs set status = 'failed', finished_at = now(), error = ${error} where id in ${sql([jobs[1]!, ...failed])}`
  await sql`update jobs set status = 'cancelled', finished_at = now() where id = ${jobs[2]!}`
  await run(sql, 'registry_answer_store', [first, JSON.stringify(recordExample), ['a.test'], recordExample.fetched_at])
  const found = [first, JSON.stringify(recordExample), discoveryExample.website, JSON.stringify(discoveryExample), true]
  await run(sql, 'company_store_discovery', found)
  await run(sql, 'company_store_profile', [first, profileExample.website, JSON.stringify(profileExample)])
  const deliveries = await sql`select id from callback_deliveries`
  expect(deliveries.length).toBeGreaterThan(0)
  tokens = [
    operator,
    (await createKey(sql, { name: 'reader', scopes: ['read'], ratePerMinute: null }))!,
    (await createKey(sql, { name: 'n8n', scopes: ['submit', 'read'], ratePerMinute: 60 }))!,
  ]
  likelyOf = (path) => ({
    id: path.startsWith('/v2/batches') ? batches : path.endsWith('/retry') ? failed : [...jobs, jobs[0]!.toUpperCase()],
    delivery_id: deliveries.map(({ id }) => id),
    job_id: jobs,
    batch: batches,
    cnpj: [...cnpjs, '12.ABC.345/01DE-35'],
    uf: ['PR', 'sp'],
    website: ['example.com', 'https://a.example/', 'http://b.example:8080/x?y=z'],
    callback_url: ['https://hook.example.com/x?token=1', 'https://n8n.example.com/w'],
    defaults: ['{"uf":"PR"}', '{"razao_social":"x"}'],
    cursor: path.startsWith('/v2/batches/') ? ['0', '1'] : jobs,
  })
}

/** Sends what a client could; undefined: it is no address at all, and no client could. */
async function send({ method, url, headers, body }: FuzzRequest) {
  let request: Request
  try {
    request = new Request(new URL(url, 'http://sonda.test'), { method, headers, body: body as never })
  } catch {
    return undefined
  }
  const answer = await api.app.request(request)
  const parts: Uint8Array[] = []
  const reader = answer.body?.getReader()
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream')
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    parts.push(part.value)
    // Such a stream may never end.
    if (isStream && parts.length === 2) await reader?.cancel()
  }
  const { pathname } = new URL(request.url)
  const whole = Buffer.concat(parts)
  const bytes = answer.headers.get('content-encoding') === 'gzip' ? gunzipSync(whole) : whole
  return { pathname, answer: { status: answer.status, headers: answer.headers, bytes } }
}

test.each(operations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  '%s: its examples are taken, and whatever comes is answered as the document says',
  async (_name, operation) => {
    const likely = likelyOf(operation.path)
    for (const request of exampleRequests(operation, likely, operator)) {
      const sent = (await send(request))!
      expect(checkAnswer(request.method, sent.pathname, sent.answer)).toBe(operation.operationId)
      expect(sent.answer.status, sent.answer.bytes.toString()).toBeLessThan(300)
    }
    const requests = fc.array(requestsFor(operation, likely, tokens), { minLength: 1, maxLength: atOnce, size: 'max' })
    const isAnsweredAsDescribed = async (request: FuzzRequest) => {
      const sent = await send(request)
      if (sent) checkAnswer(request.method, sent.pathname, sent.answer)
    }
    await fc.assert(
      fc.asyncProperty(requests, async (together) => {
        await Promise.all(together.map(isAnsweredAsDescribed))
        expect(api.logged).toEqual([])
      }),
      { numRuns: runs },
    )
  },
  600_000,
)
