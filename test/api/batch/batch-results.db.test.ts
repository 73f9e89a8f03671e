import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createKey } from '../../../src/api/access/api-keys.ts'
import { postgres } from '../../../src/db/driver.ts'
import { discovery } from '../../../src/kinds/discovery/discovery.ts'
import { profile } from '../../../src/kinds/profile/profile.ts'
import { foldBatches } from '../../../src/queue/batches.ts'
import { enqueue, enqueueBatch } from '../../../src/queue/enqueue.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { until } from '../../support/poll.ts'
import { type ApiUnderTest, apiUnderTest } from '../api-under-test.ts'
import { lineResult, profileOf } from './batch-lines.ts'

let database: TestDatabase
let api: ApiUnderTest
beforeAll(async () => {
  database = await createTestDatabase()
  api = apiUnderTest(database.sql)
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.sql`truncate jobs, batches, batch_items, batch_joins, batch_counts, batch_changes, batch_pace, callbacks, api_keys cascade`
})

const sqlOf = () => database.sql
const nobody = '01a20616-d802-716d-b79b-8aad457e7f3d'
const names = (count: number) => Array.from({ length: count }, (_each, n) => `Empresa ${n}`)

/** A batch of discoveries by name; their jobs in the order of the names. */
async function makeBatch(given: readonly string[], options: Parameters<typeof enqueueBatch>[3] = {}) {
  const items = given.map((name, n) => ({ input: { nome_fantasia: name, profile: true }, externalId: `x${n}` }))
  const { batchId, jobs } = await enqueueBatch(sqlOf(), discovery, items, options)
  return { url: `/v2/batches/${batchId}`, batchId, jobs: jobs.map(({ id }) => id) }
}

/** As a worker ends it; `withProfile`: and the profile that it left behind. */
async function complete(id: string, withProfile = false) {
  await sqlOf().begin(async (tx) => {
    const result = { ...lineResult().result, candidates: [{ rank: 1 }] }
    await tx`update jobs set status = 'completed', finished_at = clock(), result = ${tx.json(result as never)} where id = ${id}`
    if (withProfile)
      await enqueue(tx, profile, { website: 'https://acougue.example/' }, { parentId: id, exclusive: false })
  })
  if (!withProfile) return
  await sqlOf()`update jobs set status = 'completed', finished_at = clock(), result = ${sqlOf().json(profileOf() as never)}
    where parent_id = ${id}`
}
const failWith = (id: string) =>
  sqlOf()`update jobs set status = 'failed', finished_at = clock(),
    error = '{"code":"TIMEOUT","message":"Passou do tempo.","attempt":1,"at":""}' where id = ${id}`

const download = async (url: string, headers: Record<string, string> = {}) => {
  const response = await api.app.request(url, { headers })
  return { response, text: await response.text() }
}

describe('results as JSON', () => {
  test('come in pages that lead to each other, every line once and in order, with what came of it', async () => {
    const invalid = [
      { line: 6, externalId: 'x6', given: { cnpj: '1' }, error: [{ field: 'cnpj', reason: 'não é válido' }] },
    ]
    const { url, jobs, batchId } = await makeBatch(['a', 'b', 'c', 'a', 'd'], { invalid })
    await complete(jobs[0]!, true)
    await failWith(jobs[1]!)
    await sqlOf()`update jobs set status = 'cancelled', finished_at = clock() where id = ${jobs[2]!}`
    const results = []
    let next: string | null = `http://localhost${url}/results?limit=2`
    for (let pages = 0; next !== null; pages += 1) {
      expect(pages).toBeLessThan(3)
      const { status, body } = await api.get(next)
      expect([status, body.batch_id, body.terminal]).toEqual([200, batchId, false])
      results.push(...body.results)
      next = body.next
      if (next) expect(next).toMatch(/^http:\/\/localhost\/v2\/batches\//)
    }
    expect(results.map(({ line, status }) => [line, status])).toEqual([
      [1, 'completed'],
      [2, 'failed'],
      [3, 'cancelled'],
      [4, 'completed'],
      [5, 'queued'],
      [6, 'invalid'],
    ])
    const [whole] = results
    expect(whole).toMatchObject({
      external_id: 'x0',
      duplicate: false,
      terminal: true,
      job_id: jobs[0],
      input: { nome_fantasia: 'a' },
      errors: [],
      error: null,
      discovery: { status: 'found', website: 'https://acougue.example/', registry: { situacao: 'ATIVA' } },
      profile_status: 'completed',
      profile: profileOf(),
    })
    expect(whole.discovery).not.toHaveProperty('candidates')
    expect(results[1].error).toEqual({ code: 'TIMEOUT', message: 'Passou do tempo.' })
    expect(results[3]).toEqual({ ...results[0], line: 4, external_id: 'x3', duplicate: true })
    expect(results[5]).toMatchObject({ job_id: null, input: { cnpj: '1' }, errors: invalid[0]!.error, terminal: true })
  })

  test('say so of a line whose job has been deleted since', async () => {
    const { url, jobs } = await makeBatch(['a'])
    await sqlOf()`delete from jobs where id = ${jobs[0]!}`
    expect((await api.get(`${url}/results`)).body.results[0]).toMatchObject({ status: 'forgotten', terminal: true })
  })

  test('refuse a query that they do not know, in Portuguese', async () => {
    const { url } = await makeBatch(['a'])
    for (const query of [
      'format=pdf',
      'limit=0',
      'limit=201',
      'limit=x',
      'cursor=-1',
      'cursor=x',
      'page=2',
      'limit=1&limit=2',
    ]) {
      const { status, body } = await api.get(`${url}/results?${query}`)
      expect([query, status, body.code]).toEqual([query, 400, 'FIELD_INVALID'])
      expect(body.detail).not.toMatch(/invalid|expected/i)
    }
  })
})

describe('results as one file', () => {
  test('NDJSON has the same rows as the pages, over more lines than are read at once', async () => {
    const { url, jobs } = await makeBatch(names(450))
    await complete(jobs[449]!, true)
    const { response, text } = await download(`${url}/results?format=ndjson`)
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows.map(({ line }) => line)).toEqual(rows.map((_row, n) => n + 1))
    expect(rows).toHaveLength(450)
    const { body } = await api.get(`${url}/results?limit=200&cursor=400`)
    expect(rows.slice(400)).toEqual(body.results)
  })

  test('CSV comes by format or by Accept, as a file with a name', async () => {
    const { url, jobs } = await makeBatch(['a', '=1+1'])
    await complete(jobs[0]!, true)
    for (const [query, headers] of [
      ['?format=csv', {}],
      ['', { accept: 'text/csv' }],
    ] as const) {
      const { response, text } = await download(`${url}/results${query}`, headers)
      expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="sonda-[0-9a-f]{12}\.csv"$/)
      const rows: Record<string, string>[] = parse(Buffer.from(text), { delimiter: ';', columns: true, bom: true })
      expect(rows.map((row) => [row.linha, row['id externo'], row['nome fantasia'], row.setor])).toEqual([
        ['1', 'x0', 'a', 'Alimentos'],
        ['2', 'x1', "'=1+1", ''],
      ])
    }
  })

  test('a workflow that accepts JSON among others gets JSON', async () => {
    const { url } = await makeBatch(['a'])
    const { response } = await download(`${url}/results`, {
      accept: 'application/json,text/html,application/xhtml+xml,*/*;q=0.8',
    })
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  })

  test('XLSX comes as a workbook', async () => {
    const { url } = await makeBatch(['a'])
    const response = await api.app.request(`${url}/results?format=xlsx`)
    expect(response.headers.get('content-type')).toMatch(/spreadsheetml\.sheet$/)
    expect(Buffer.from(await response.arrayBuffer()).subarray(0, 4)).toEqual(Buffer.from('PK\u0003\u0004'))
  })

  test('a slow reader holds nothing in the database, and later lines are as they are when they are read', async () => {
    const { url, jobs } = await makeBatch(names(1000))
    const response = await api.app.request(`${url}/results?format=ndjson`)
    const reader = response.body!.getReader()
    const first = await reader.read()
    expect(first.done).toBe(false)
    const held = await sqlOf()`
      select state from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`
    expect([...held]).toEqual([])
    await complete(jobs[999]!)
    let text = Buffer.from(first.value!).toString()
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += Buffer.from(part.value)
    expect(JSON.parse(text.trimEnd().split('\n').at(-1)!)).toMatchObject({ line: 1000, status: 'completed' })
  })

  test('an answer that cannot be finished is broken off, never ended as if it were whole', async () => {
    const { url } = await makeBatch(names(1000))
    const reader = (await api.app.request(`${url}/results?format=csv`)).body!.getReader()
    await reader.read()
    await sqlOf()`alter table batch_items rename to batch_items_away`
    try {
      const readOn = async () => {
        while (!(await reader.read()).done);
      }
      await expect(readOn()).rejects.toThrow('batch_items')
    } finally {
      await sqlOf()`alter table batch_items_away rename to batch_items`
    }
  })
})

describe('the status', () => {
  test('has no results, and tells how many jobs are where', async () => {
    const { url, jobs } = await makeBatch(['a', 'b', 'c', 'c'])
    await complete(jobs[0]!, true)
    await sqlOf()`update jobs set status = 'running', claimed_by = ${nobody}, progress = '{"stage":"search"}' where id = ${jobs[1]!}`
    const { status, body, headers } = await api.get(url)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      kind: 'discovery',
      lines: 4,
      accepted: 3,
      duplicates: 1,
      invalid: 0,
      terminal: false,
      ended_at: null,
      eta_seconds: null,
      counts: {
        discovery: { total: 3, queued: 1, running: 1, completed: 1, failed: 0, cancelled: 0 },
        profile: { total: 1, queued: 0, running: 0, completed: 1, failed: 0, cancelled: 0 },
      },
      // Three discoveries and as many profiles are expected; one of each has ended.
      progress: { percent: 33, stages: [{ kind: 'discovery', stage: 'search', jobs: 1 }] },
      results_url: `http://localhost${url}/results`,
      report_url: `http://localhost${url}/report`,
      callbacks: [],
    })
    expect(headers.get('retry-after')).toBe(String(body.poll_after_seconds))
    expect(body.poll_after_seconds).toBeGreaterThan(1)
  })

  test('is terminal for whoever asks right after the last job has ended', async () => {
    const { url, jobs } = await makeBatch(['a'])
    await complete(jobs[0]!)
    const { body } = await api.get(url)
    expect(body).toMatchObject({ terminal: true, poll_after_seconds: 0, eta_seconds: 0, progress: { percent: 100 } })
    expect(body.ended_at).not.toBeNull()
  })

  test('is held with wait until the batch ends', async () => {
    const { url, jobs } = await makeBatch(['a'])
    const answers = Array.from({ length: 50 }, () => api.get(`${url}?wait=30`))
    // On a connection of its own: the pool would use the one whose last statement this is to see.
    const aside = postgres(database.url, { max: 1 })
    await until('somebody waits', async () => {
      const [row] = await aside`
        select count(*)::int as looks from pg_stat_activity where query like '-- Which batches have ended%'`
      return row!.looks > 0
    })
    await aside.end()
    await complete(jobs[0]!)
    await foldBatches(sqlOf())
    for (const { body } of await Promise.all(answers)) expect(body.terminal).toBe(true)
    const { body } = await api.get(url, { prefer: 'wait=20' })
    expect(body.terminal).toBe(true)
  })

  test('is told when the time is over', async () => {
    const { url } = await makeBatch(['a'])
    expect((await api.get(`${url}?wait=1`)).body.terminal).toBe(false)
    expect((await api.get(`${url}?wait=0`)).body.code).toBe('FIELD_INVALID')
  })

  test('lists batches, newest first, in pages', async () => {
    const ids = []
    for (const name of ['a', 'b', 'c']) ids.unshift((await makeBatch([name])).batchId)
    const { body } = await api.get('/v2/batches?limit=2')
    expect(body.batches.map((batch: { batch_id: string }) => batch.batch_id)).toEqual(ids.slice(0, 2))
    expect(body.batches[0]).toMatchObject({ counts: { discovery: { total: 1, queued: 1 } }, terminal: false })
    const last = (await api.get(body.next)).body
    expect([last.batches[0].batch_id, last.next]).toEqual([ids[2], null])
  })
})

describe('cancel and retry', () => {
  test('end all of a batch, and bring back what failed or what was cancelled', async () => {
    const { url, jobs } = await makeBatch(['a', 'b', 'c'])
    await failWith(jobs[0]!)
    const cancelled = await api.post(`${url}/cancel`, '')
    expect(cancelled.body).toMatchObject({ jobs_cancelled: 2, terminal: true, counts: { discovery: { cancelled: 2 } } })
    const retried = await api.post(`${url}/retry`, '')
    expect(retried.body).toMatchObject({ jobs_retried: 1, terminal: false, ended_at: null })
    const again = await api.post(`${url}/retry?status=cancelled`, '')
    expect(again.body).toMatchObject({ jobs_retried: 2, counts: { discovery: { queued: 3 } } })
    expect((await api.post(`${url}/retry?status=completed`, '')).body.code).toBe('FIELD_INVALID')
  })

  test('leave what a single request was answered with, and end what two batches shared with the second cancel', async () => {
    const one = await makeBatch(['a', 'b'])
    const single = await api.post('/v2/scrape', { nome_fantasia: 'a' })
    expect(single.body).toMatchObject({ job_id: one.jobs[0], deduplicated: true })
    const other = await makeBatch(['b', 'a'])
    const first = await api.post(`${one.url}/cancel`, '')
    expect(first.body).toMatchObject({ jobs_cancelled: 0, terminal: false })
    const second = await api.post(`${other.url}/cancel`, '')
    expect(second.body).toMatchObject({ jobs_cancelled: 1, terminal: false })
    expect((await api.get(`/jobs/${single.body.job_id}`)).body.status).toBe('queued')
    expect((await api.post('/jobs/cancel', { batch: other.batchId })).body).toEqual({ cancelled: 1 })
    expect((await api.get(one.url)).body).toMatchObject({ terminal: true, counts: { discovery: { cancelled: 2 } } })
  })
})

test('what belongs to another owner, or to nobody, is not found', async () => {
  const { batchId } = await makeBatch(['a'], { owner: 'rui' })
  const own = await makeBatch(['b'], { owner: 'ana' })
  const key = await createKey(sqlOf(), { name: 'ana', scopes: ['submit', 'read'], ratePerMinute: null })
  const asAna = { authorization: `Bearer ${key}` }
  for (const id of [batchId, nobody, 'x']) {
    for (const path of ['', '/results', '/results?format=csv', '?wait=5']) {
      const { status, body } = await api.get(`/v2/batches/${id}${path}`, asAna)
      expect([path, status, body.code]).toEqual([path, 404, 'BATCH_NOT_FOUND'])
    }
    for (const path of ['cancel', 'retry']) {
      const { status, body } = await api.post(`/v2/batches/${id}/${path}`, '', asAna)
      expect([path, status, body.code]).toEqual([path, 404, 'BATCH_NOT_FOUND'])
    }
  }
  const { body } = await api.get('/v2/batches', asAna)
  expect(body.batches.map((batch: { batch_id: string }) => batch.batch_id)).toEqual([own.batchId])
  expect((await api.get(own.url, asAna)).status).toBe(200)
})
