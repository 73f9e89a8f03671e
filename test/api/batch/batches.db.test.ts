import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createKey } from '../../../src/api/access/api-keys.ts'
import { usualLimits } from '../../../src/api/batch/intake/batch-limits.ts'
import { discovery } from '../../../src/kinds/discovery/discovery.ts'
import { cancel } from '../../../src/queue/cancel.ts'
import { enqueue } from '../../../src/queue/enqueue.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { until } from '../../support/poll.ts'
import { type ApiUnderTest, apiUnderTest } from '../api-under-test.ts'

let database: TestDatabase
let api: ApiUnderTest
beforeAll(async () => {
  database = await createTestDatabase()
  api = apiUnderTest(database.sql)
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.sql`truncate jobs, batches, batch_items, batch_joins, batch_counts, batch_changes, idempotency_keys, api_keys`
})

const csv = { 'content-type': 'text/csv' }
const path = '/v2/batches'
/** Fourteen characters with the right check digits. */
const cnpjs = ['11222333000181', '11444777000161', '00000000000191', '12ABC34501DE35']
const stored = async () => {
  const [counts] = await database.sql`
    select (select count(*) from jobs)::int as jobs, (select count(*) from batches)::int as batches,
      (select count(*) from batch_items)::int as items`
  return counts!
}
const nothing = { jobs: 0, batches: 0, items: 0 }
/** A line's text as bytes in pieces, each of which is there only when it is asked for. */
const stream = (pieces: readonly string[], end: 'whole' | 'broken' | 'silent' = 'whole') => {
  const left = [...pieces]
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = left.shift()
      if (piece !== undefined) return controller.enqueue(Buffer.from(piece))
      if (end === 'whole') return controller.close()
      if (end === 'broken') return controller.error(new Error('gone'))
      return new Promise<void>(() => {})
    },
  })
}
const send = (body: ReadableStream<Uint8Array>, headers: Record<string, string> = csv, to = api) =>
  to.app.request(path, { method: 'POST', headers, body, duplex: 'half' } as RequestInit)
const reportOf = async (url: string) => (await api.get(`${url}?limit=1000`)).body.lines

describe('a batch', () => {
  const text = [
    'id;cnpj;nome fantasia;uf',
    `a;${cnpjs[0]};;PR`,
    'b;123;;',
    '',
    `c;${cnpjs[1]};;`,
    `d;${cnpjs[0]};;pr`,
    `e;${cnpjs[2]};;`,
    ';;Padaria;XX',
  ].join('\n')

  test('is told line by line: accepted, a duplicate of a line or of a live job, or invalid', async () => {
    const live = await enqueue(database.sql, discovery, discovery.input.parse({ cnpj: cnpjs[2] }))
    const { status, body, headers } = await api.post(path, text, csv)
    expect(status).toBe(202)
    const url = `http://localhost${path}/${body.batch_id}`
    expect(body).toEqual({
      batch_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      kind: 'discovery',
      status_url: url,
      results_url: `${url}/results`,
      report_url: `${url}/report`,
      lines: 6,
      accepted: 2,
      duplicates: 2,
      invalid: 2,
      warnings: [],
      errors: [
        { line: 3, external_id: 'b', errors: [{ field: 'cnpj', reason: expect.stringMatching(/"123"/) }] },
        { line: 8, external_id: null, errors: [{ field: 'uf', reason: expect.stringMatching(/"XX"/) }] },
      ],
      poll_after_seconds: 5,
      terminal: false,
    })
    expect([headers.get('location'), headers.get('retry-after')]).toEqual([url, '5'])

    const report = await reportOf(body.report_url)
    const job = { job_id: expect.stringMatching(/^[0-9a-f-]{36}$/), errors: [] }
    expect(report).toEqual([
      { line: 2, external_id: 'a', status: 'accepted', ...job },
      { line: 3, external_id: 'b', status: 'invalid', job_id: null, errors: body.errors[0].errors },
      { line: 5, external_id: 'c', status: 'accepted', ...job },
      { line: 6, external_id: 'd', status: 'duplicate', ...job, job_id: report[0].job_id },
      { line: 7, external_id: 'e', status: 'duplicate', ...job, job_id: live.id },
      { line: 8, external_id: null, status: 'invalid', job_id: null, errors: body.errors[1].errors },
    ])
    const [batch] = await database.sql`select * from batches join batch_counts on batch_id = batches.id`
    expect(batch).toMatchObject({ lines: 6, duplicates: 2, invalid: 2, total: 3, completed: 0, ended_at: null })
    expect(await database.sql`select job_id from batch_joins`).toEqual([{ job_id: live.id }])
  })

  test('is the same as JSON, JSON lines and a form', async () => {
    const items = cnpjs.map((cnpj, n) => ({ cnpj, external_id: String(n) }))
    const form = new FormData()
    form.append(
      'file',
      new Blob([`cnpj;id\n${items.map((item) => `${item.cnpj};${item.external_id}`).join('\n')}`]),
      'a.csv',
    )
    const whole = new Response(form)
    const bodies = [
      [{ items }, 'application/json'],
      [items.map((item) => JSON.stringify(item)).join('\n'), 'application/x-ndjson'],
      [new Uint8Array(await whole.arrayBuffer()), whole.headers.get('content-type')!],
    ] as const
    const inputs = []
    for (const [body, type] of bodies) {
      const answer = await api.post(path, body, { 'content-type': type })
      expect(answer.body).toMatchObject({ lines: 4, accepted: 4, duplicates: 0, invalid: 0, errors: [] })
      inputs.push((await database.sql`select input from jobs order by id`).map(({ input }) => input))
      await cancel(
        database.sql,
        (await database.sql`select id from jobs`).map(({ id }) => id as string),
      )
      await database.sql`truncate jobs`
    }
    expect(inputs[0]).toEqual(items.map((item) => ({ ...item, profile: true })))
    expect(inputs[1]).toEqual(inputs[0])
    expect(inputs[2]).toEqual(inputs[0])
  })

  test('has one job for a company, however far apart its lines stand, and joins none of its own', async () => {
    const names = Array.from({ length: 1_200 }, (_each, n) => `Padaria ${n % 1_100}`)
    const { body } = await api.post(path, { items: names.map((name) => ({ nome_fantasia: name })) })
    expect(body).toMatchObject({ lines: 1_200, accepted: 1_100, duplicates: 100 })
    expect(await database.sql`select total from batch_counts`).toEqual([{ total: 1_100 }])
    expect(await database.sql`select from batch_joins`).toHaveLength(0)
  })

  test('is written again when a worker and it waited for each other', async () => {
    const ids: string[] = []
    for (const cnpj of cnpjs.slice(0, 2)) {
      ids.push((await enqueue(database.sql, discovery, discovery.input.parse({ cnpj }))).id)
    }
    const answer = await database.sql.begin(async (worker) => {
      await worker`select from jobs where id = ${ids[1]!} for update`
      const sent = api.post(path, `cnpj\n${cnpjs.join('\n')}\n`, csv)
      await until('the batch waits', async () => {
        const rows = await database.sql`select from pg_stat_activity where wait_event_type = 'Lock'`
        return rows.length > 0
      })
      await worker`select from jobs where id = ${ids[0]!} for update`
      return () => sent
    })
    const { status, body } = await answer()
    expect([status, body.accepted, body.duplicates]).toEqual([202, 2, 2])
    expect(await stored()).toEqual({ jobs: 4, batches: 1, items: 4 })
  })

  test('without a valid line is refused with the reasons, and nothing is stored', async () => {
    const { status, body } = await api.post(path, 'id;cnpj\nx;123\n', csv)
    expect(status).toBe(422)
    expect(body).toMatchObject({
      code: 'BATCH_EMPTY',
      detail: expect.stringMatching(/Linha 2: cnpj: "123"/),
      errors: [{ line: 2, field: 'cnpj' }],
    })
    expect((await api.post(path, 'cnpj\n', csv)).body).toMatchObject({ code: 'BATCH_EMPTY', status: 422 })
    expect(await stored()).toEqual(nothing)
  })

  test('whose upload breaks off leaves nothing', async () => {
    const pieces = ['cnpj\n', ...cnpjs.map((cnpj) => `${cnpj}\n`)]
    for (const type of ['text/csv', 'application/x-ndjson']) {
      const answer = await send(stream(pieces, 'broken'), { 'content-type': type })
      expect(await answer.json()).toMatchObject({ code: 'REQUEST_MALFORMED' })
    }
    expect(await stored()).toEqual(nothing)
    expect(api.logged).toEqual([])
  })

  test('belongs to who sent it: nobody else sees it, or is joined with its jobs', async () => {
    const withKey = async (name: string) => {
      const key = await createKey(database.sql, { name, scopes: ['submit', 'read'], ratePerMinute: null })
      return { ...csv, authorization: `Bearer ${key}` }
    }
    const [mine, theirs] = [await withKey('mine'), await withKey('theirs')]
    const text = `cnpj\n${cnpjs[0]}\n`
    const { body } = await api.post(path, text, mine)
    expect((await api.post(path, text, theirs)).body).toMatchObject({ accepted: 1, duplicates: 0 })
    expect((await api.get(body.report_url, mine)).status).toBe(200)
    expect((await api.get(body.report_url, theirs)).body.code).toBe('BATCH_NOT_FOUND')
    expect((await api.get(body.report_url)).status).toBe(200)
    const owners = await database.sql`select owner from jobs order by id`
    expect(owners.map(({ owner }) => owner)).toEqual(['mine', 'theirs'])
  })
})

describe('a body', () => {
  test.each([
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
    [{ 'content-type': 'text/csv', 'content-encoding': 'gzip' }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
    [{ 'content-type': 'text/csv', 'content-length': String(65 * 1024 * 1024) }, 413, 'BODY_TOO_LARGE'],
    [{ 'content-type': 'application/json' }, 400, 'BODY_NOT_JSON'],
  ])('with %j is refused with %i %s', async (headers, status, code) => {
    const { body } = await api.post(path, 'cnpj\n', headers as unknown as Record<string, string>)
    expect(body).toMatchObject({ status, code })
  })

  test('of too many lines is refused, and what follows is read before the answer', async () => {
    const rows = Array.from({ length: 101 }, () => '\nPadaria'.repeat(10))
    const small = apiUnderTest(database.sql, {}, undefined, { batchLimits: { ...usualLimits, lines: 1_000 } })
    let asked = 0
    const counted = stream(['nome', ...rows]).pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (piece, controller) => {
          asked += 1
          controller.enqueue(piece)
        },
      }),
    )
    const answer = await send(counted, csv, small)
    expect(await answer.json()).toMatchObject({
      code: 'BODY_TOO_LARGE',
      detail: expect.stringMatching(/1\.000 linhas\. Divida/),
    })
    expect(asked).toBe(102)
    expect(await stored()).toEqual(nothing)
  })

  test('beside two that are being read waits for its turn; one that stands still is given up', async () => {
    const small = apiUnderTest(database.sql, {}, undefined, { batchLimits: { ...usualLimits, idleMs: 200 } })
    const silent = async () => {
      const body = stream(['cnpj\n'], 'silent')
      const answer = await send(body, csv, small)
      return ((await answer.json()) as { code: string }).code
    }
    const order: string[] = []
    const both = [silent(), silent()].map((each) => each.then((code) => order.push(code)))
    const third = small.post(path, `cnpj\n${cnpjs[0]}\n`, csv).then(({ body }) => order.push(body.kind))
    await Promise.all([...both, third])
    expect(order).toHaveLength(3)
    expect(order[0]).toBe('REQUEST_TIMEOUT')
    expect(order).toContain('discovery')
  })

  test('of one owner keeps no place that another needs, however slowly it comes', async () => {
    const keyOf = async (name: string) => {
      const key = await createKey(database.sql, { name, scopes: ['submit', 'read'], ratePerMinute: null })
      return { ...csv, authorization: `Bearer ${key}` }
    }
    const [slow, quick] = [await keyOf('slow'), await keyOf('quick')]
    const never = Array.from({ length: 8 }, () => send(stream(['cnpj\n'], 'silent'), slow))
    expect((await api.post(path, `cnpj\n${cnpjs[0]}\n`, quick)).status).toBe(202)
    for (const each of never) Promise.resolve(each).catch(() => {})
  })
})

describe('with an Idempotency-Key', () => {
  test('the same bytes get the first answer again, others 422', async () => {
    const headers = { ...csv, 'idempotency-key': 'k' }
    const text = `cnpj\n${cnpjs[0]}\n`
    const first = await api.post(path, text, headers)
    const again = await api.post(path, text, headers)
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect((await api.post(path, `${text}\n`, headers)).body.code).toBe('IDEMPOTENCY_KEY_REUSED')
    expect((await api.post(`${path}?kind=profile`, text, headers)).body.code).toBe('IDEMPOTENCY_KEY_REUSED')
    expect(await stored()).toEqual({ jobs: 1, batches: 1, items: 1 })
  })

  test('the same form gets the first answer again, though clients draw another boundary each time', async () => {
    const submit = async (text: string, key: string, kind?: string) => {
      const form = new FormData()
      if (kind !== undefined) form.append('kind', kind)
      form.append('file', new Blob([text]), 'u.csv')
      const whole = new Response(form)
      const type = whole.headers.get('content-type')!
      const body = new Uint8Array(await whole.arrayBuffer())
      const answer = await api.post(path, body, { 'content-type': type, 'idempotency-key': key })
      return { ...answer, type }
    }
    const text = `cnpj\n${cnpjs[0]}\n`
    const first = await submit(text, 'k', 'discovery')
    const again = await submit(text, 'k', 'discovery')
    expect(again.type).not.toBe(first.type)
    expect([again.status, again.body]).toEqual([202, first.body])
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect((await submit(`${text}\n`, 'k', 'discovery')).body.code).toBe('IDEMPOTENCY_KEY_REUSED')
    expect((await submit(text, 'k', 'profile')).body.code).toBe('IDEMPOTENCY_KEY_REUSED')
    expect(await stored()).toEqual({ jobs: 1, batches: 1, items: 1 })
  })
})

test('with a callback_url: who is told is noted, and the jobs that it joins are watched', async () => {
  const live = await enqueue(database.sql, discovery, discovery.input.parse({ cnpj: cnpjs[0] }))
  const text = `cnpj\n${cnpjs[0]}\n${cnpjs[1]}\n`
  const { body } = await api.post(`${path}?callback_url=https://example.com/a?s=1`, text, csv)
  expect(await database.sql`select batch_id, url from callbacks`).toEqual([
    { batch_id: body.batch_id, url: 'https://example.com/a?s=1' },
  ])
  expect(await database.sql`select is_watched from jobs where id = ${live.id}`).toEqual([{ is_watched: true }])
})

describe('the report', () => {
  const names = Array.from({ length: 2_500 }, (_each, n) => (n === 7 ? '=1+1;"x"' : `Padaria ${n}`))
  let url: string
  beforeEach(async () => {
    const items = names.map((name) => ({
      nome_fantasia: name,
      external_id: name,
      ...(name === names[8] && { uf: 'XX' }),
    }))
    url = (await api.post(path, { items }, {})).body.report_url
  })

  test('comes in pages, whose `next` lead through all of it in the order of the lines', async () => {
    const lines: { line: number; external_id: string }[] = []
    for (let next: string | null = `${url}?limit=999`; next; ) {
      const { status, body } = await api.get(next)
      expect(status).toBe(200)
      expect(body.lines.length).toBeLessThanOrEqual(999)
      lines.push(...body.lines)
      next = body.next
    }
    expect(lines.map(({ external_id }) => external_id)).toEqual(names)
    expect(lines.map(({ line }) => line)).toEqual(names.map((_name, n) => n + 1))
  })

  test('comes whole as JSON lines and as CSV, whose cells are no formulas', async () => {
    const ndjson = await (await api.app.request(url, { headers: { accept: 'application/x-ndjson' } })).text()
    const lines = ndjson
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map(({ external_id }) => external_id)).toEqual(names)
    const answer = await api.app.request(`${url}?format=csv`)
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const rows = Buffer.from(await answer.arrayBuffer())
      .toString()
      .split('\r\n')
    expect(rows).toHaveLength(names.length + 2)
    expect(rows[0]).toBe('\ufefflinha;id externo;situação;job;erro')
    expect(rows[8]).toBe(`8;"'=1+1;""x""";aceita;${lines[7].job_id};`)
    expect(rows[9]).toBe('9;Padaria 8;inválida;;"uf: ""XX"" não é a sigla de um estado, como SP"')
  })

  test('of no batch, or with what it does not take, is refused', async () => {
    expect((await api.get('/v2/batches/x/report')).body.code).toBe('BATCH_NOT_FOUND')
    expect((await api.get(`/v2/batches/${crypto.randomUUID()}/report?format=csv`)).body.code).toBe('BATCH_NOT_FOUND')
    for (const query of ['limit=0', 'limit=1001', 'cursor=x', 'format=pdf', 'x=1']) {
      expect((await api.get(`${url}?${query}`)).body.code).toBe('FIELD_INVALID')
    }
  })
})
