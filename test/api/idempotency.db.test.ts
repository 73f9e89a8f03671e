import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { forgetIdempotencyKeys } from '../../src/housekeeping/forget-idempotency-keys.ts'
import { cancel } from '../../src/queue/cancel.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
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
beforeEach(() => database.sql`truncate jobs, idempotency_keys`)

const company = { cnpj: '19131243000197', external_id: 'ção' }
const json = { 'content-type': 'application/json' }
/** The answer as it is on the wire. */
const submit = async (body: object, key: string, path = '/v2/scrape', headers: Record<string, string> = {}) => {
  const init = { method: 'POST', headers: { ...json, 'idempotency-key': key, ...headers }, body: JSON.stringify(body) }
  const response = await api.app.request(path, init)
  return { status: response.status, headers: response.headers, text: await response.text() }
}
const countJobs = async () => (await database.sql<{ count: number }[]>`select count(*)::int from jobs`)[0]!.count

describe('Idempotency-Key', () => {
  test('the same request again gets the first answer, byte for byte, also when its job has ended', async () => {
    const first = await submit(company, 'a')
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([202, null])
    await cancel(database.sql, [JSON.parse(first.text).job_id])
    const second = await submit(company, 'a', '/v2/scrape', { 'x-forwarded-host': 'other.example' })
    expect([second.status, second.text]).toEqual([202, first.text])
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    for (const name of ['location', 'retry-after', 'content-type']) {
      expect(second.headers.get(name)).toBe(first.headers.get(name))
    }
    expect(await countJobs()).toBe(1)
  })

  test('without a key, and with another, a company whose job has ended gets a new one', async () => {
    const first = JSON.parse((await submit(company, 'a')).text)
    await cancel(database.sql, [first.job_id])
    const second = JSON.parse((await submit(company, 'b')).text)
    expect(second.job_id).not.toBe(first.job_id)
    await cancel(database.sql, [second.job_id])
    expect((await api.post('/v2/scrape', company)).body.deduplicated).toBe(false)
  })

  test('with another body, or to another address, it is refused and does nothing', async () => {
    await submit(company, 'a')
    for (const again of [
      await submit({ ...company, external_id: 'x' }, 'a'),
      await submit(company, 'a', '/v2/montagem_perfil'),
    ]) {
      expect([again.status, JSON.parse(again.text).code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
    }
    expect(await countJobs()).toBe(1)
  })

  test('where the query differs, the body is not said to be the cause', async () => {
    const send = (query: string) =>
      api.app.request(`/v2/batches${query}`, {
        method: 'POST',
        headers: { 'content-type': 'text/csv', 'idempotency-key': 'a' },
        body: 'cnpj\n19131243000197\n',
      })
    expect((await send('')).status).toBe(202)
    const again = await send('?kind=profile')
    expect(again.status).toBe(422)
    expect(((await again.json()) as { detail: string }).detail).toBe(
      'Esta Idempotency-Key já veio com outro corpo, ou outros parâmetros no endereço. Use uma chave nova para cada pedido.',
    )
  })

  test('is each owner’s own', async () => {
    await submit(company, 'a')
    await database.sql`update idempotency_keys set owner = 'somebody'`
    expect((await submit({ ...company, uf: 'SP' }, 'a')).status).toBe(202)
  })

  test('thirty at the same time are one job and one answer', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => submit(company, 'a')))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1)
    expect(await countJobs()).toBe(1)
  })

  test('the second waits for the first: it is answered when that is, and does its work if that is undone', async () => {
    for (const isUndone of [false, true]) {
      const key = `${isUndone}`
      const first = database.sql.begin(async (tx) => {
        await tx`
          insert into idempotency_keys (owner, key, request, body_hash, status, answer)
          values ('', ${key}, 'POST /v2/scrape', sha256(${Buffer.from(JSON.stringify(company))}), 202,
            ${'{"headers":{},"body":{"job_id": "first"}}'}::text::json)`
        const second = submit(company, key)
        expect(await Promise.race([second, new Promise((resolve) => setTimeout(resolve, 100, 'waits'))])).toBe('waits')
        if (isUndone) throw Object.assign(new Error('undone'), { second })
        return { second }
      })
      const { second } = await first.catch((error: { second: ReturnType<typeof submit> }) => error)
      const { status, text } = await second
      expect(status).toBe(202)
      expect(text === '{"job_id": "first"}').toBe(!isUndone)
    }
  })

  test('a request that is refused leaves its key free', async () => {
    expect((await submit({ cnpj: '1' }, 'a')).status).toBe(400)
    expect((await submit(company, 'a')).status).toBe(202)
  })

  test.each(['', ' ', 'a b', 'x'.repeat(256), 'ção'])('%j is none', async (key) => {
    const { status, text } = await submit(company, key)
    expect([status, JSON.parse(text).errors?.[0].field]).toEqual([400, 'Idempotency-Key'])
    expect(await countJobs()).toBe(0)
  })

  test('any visible characters are, up to 255', async () => {
    for (const key of ['~'.repeat(255), `"'; drop table jobs; --"`.replaceAll(' ', '_')]) {
      expect((await submit(company, key)).status).toBe(202)
      expect((await submit(company, key)).headers.get('idempotency-replayed')).toBe('true')
    }
  })

  test('is forgotten after seven days, and not before', async () => {
    await submit(company, 'old')
    await submit(company, 'young')
    await database.sql`
      update idempotency_keys set created_at = clock() - interval '7 days' +
        case key when 'old' then interval '-1 minute' else interval '1 minute' end`
    expect(await forgetIdempotencyKeys(database.sql)).toBe(1)
    expect(await database.sql`select key from idempotency_keys`).toEqual([{ key: 'young' }])
  })
})

describe('callback_url', () => {
  const url = 'https://n8n.example.com/webhook-waiting/7?signature=a%2Fb'
  const callbacks = () =>
    database.sql<{ job_id: string; waits_for: string; url: string }[]>`
      select job_id, waits_for, url from callbacks order by created_at`
  beforeEach(() => database.sql`truncate callbacks cascade`)

  test.each(['/v2/scrape', '/v2/montagem_perfil'])(
    'POST %s notes who is to be told, and the job does not know',
    async (path) => {
      const { status, body } = await api.post(path, { ...company, callback_url: url })
      expect(status).toBe(202)
      expect(await callbacks()).toEqual([{ job_id: body.job_id, waits_for: body.job_id, url }])
      expect((await api.get(`/jobs/${body.job_id}`)).body.input).not.toHaveProperty('callback_url')
      expect(await database.sql`select is_watched from jobs`).toEqual([{ is_watched: true }])
    },
  )

  test('whoever joins a live job is told, too', async () => {
    const first = (await api.post('/v2/scrape', company)).body
    const second = (await api.post('/v2/scrape', { ...company, callback_url: url })).body
    expect(second).toMatchObject({ job_id: first.job_id, deduplicated: true })
    expect(await callbacks()).toMatchObject([{ job_id: first.job_id, url }])
    expect(await database.sql`select is_watched from jobs`).toEqual([{ is_watched: true }])
  })

  test('is noted once for one key', async () => {
    const body = { ...company, callback_url: url }
    expect((await submit(body, 'a')).status).toBe(202)
    expect((await submit(body, 'a')).headers.get('idempotency-replayed')).toBe('true')
    expect(await callbacks()).toHaveLength(1)
  })

  test.each([
    ['ftp://a.example/', 'callback_url'],
    [7, 'callback_url'],
    [`https://a.example/${'x'.repeat(2_000)}`, 'callback_url'],
  ])('%j is refused, and no job is made', async (given, field) => {
    const { status, body } = await api.post('/v2/scrape', { ...company, callback_url: given })
    expect([status, body.errors[0].field]).toEqual([400, field])
    expect(await countJobs()).toBe(0)
  })

  test('an empty cell is none, and a misspelling is told', async () => {
    expect((await api.post('/v2/scrape', { ...company, callback_url: '' })).status).toBe(202)
    expect(await callbacks()).toEqual([])
    const { body } = await api.post('/v2/scrape', { ...company, callbackUrl: url })
    expect(body.errors).toEqual([
      { field: 'callbackUrl', reason: 'campo desconhecido (você quis dizer "callback_url"?)' },
    ])
  })
})
