import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CallerVariables, operator } from '../../src/api/access/caller.ts'
import { createJobReading } from '../../src/api/job/job-reading.ts'
import { eventsRoute } from '../../src/api/routes/events.ts'
import { discovery } from '../../src/kinds/discovery/discovery.ts'
import { profile } from '../../src/kinds/profile/profile.ts'
import { kinds } from '../../src/kinds/registry.ts'
import { createLog } from '../../src/log.ts'
import { enqueue } from '../../src/queue/enqueue.ts'
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

let sites = 0
const submit = async (): Promise<string> => {
  sites += 1
  return (await enqueue(database.sql, discovery, { website: `https://empresa${sites}.com.br/`, profile: true })).id
}
const setProgress = (id: string, percent: number) =>
  database.sql`update jobs set progress = ${`{"stage":"read","percent":${percent},"message":"Lendo"}`}::text::json where id = ${id}`
const complete = (id: string) =>
  database.sql`update jobs set status = 'completed', finished_at = clock(), result = '{"n":1}' where id = ${id}`

// biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of it.
type Event = { event: string; id?: string; data: any }

/** Opens the events of a job; `events` grows as they come. */
async function open(path: string, from: { app: Pick<OpenAPIHono, 'request'> } = api) {
  const response = await from.app.request(path)
  const events: Event[] = []
  const texts: string[] = []
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  const ended = (async () => {
    let rest = ''
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const parts = (rest + part.value).split('\n\n')
      rest = parts.pop()!
      for (const text of parts) {
        texts.push(text)
        const fields = Object.fromEntries(text.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)))
        if (fields.event) events.push({ ...fields, data: JSON.parse(fields.data) } as Event)
      }
    }
  })()
  return { response, events, texts, ended, cancel: () => reader.cancel() }
}

describe.concurrent('GET /jobs/:id/events', () => {
  test('tells of progress as it changes, and of the end with the whole job; then it ends', async () => {
    const id = await submit()
    const { response, events, texts, ended } = await open(`/jobs/${id}/events`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    await until('the first event', () => events.length === 1)
    await setProgress(id, 40)
    await until('the second event', () => events.length === 2)
    await complete(id)
    await ended
    expect(texts[0]).toBe('retry: 2000')
    expect(events.map(({ event }) => event)).toEqual(['progress', 'progress', 'progress', 'end'])
    expect(events[0]!.data).toEqual({
      job_id: id,
      kind: 'discovery',
      status: 'queued',
      terminal: false,
      progress: null,
      children: [],
    })
    expect(events[1]!.data.progress).toEqual({ stage: 'read', percent: 40, message: 'Lendo' })
    expect(events[2]!.data).toMatchObject({ status: 'completed', terminal: true })
    expect(events[3]!.data).toEqual((await api.get(`/jobs/${id}`)).body)
    expect(events[3]!.id).toBe('end')
  })

  test('of a job that has ended, the end', async () => {
    const id = await submit()
    await complete(id)
    const { events, ended } = await open(`/jobs/${id}/events`)
    await ended
    expect(events.map(({ event }) => event)).toEqual(['progress', 'end'])
  })

  test('with the children, if so asked', async () => {
    const id = await submit()
    const child = await enqueue(database.sql, profile, { job_id: id }, { parentId: id })
    await complete(id)
    const { events, ended } = await open(`/jobs/${id}/events?until=children&include=children`)
    await setProgress(child.id, 70)
    await until('its progress', () => events.some(({ data }) => data.children[0].progress?.percent === 70))
    await complete(child.id)
    await ended
    expect(events.at(-1)).toMatchObject({
      event: 'end',
      data: { all_terminal: true, children: [{ result: { n: 1 } }] },
    })
  })

  test('a comment now and then keeps the connection', async () => {
    const app = new OpenAPIHono()
    app.use(async (c, next) => {
      ;(c as Context<CallerVariables>).set('caller', operator)
      await next()
    })
    const log = createLog('silent', {})
    eventsRoute(app, createJobReading({ pool: database.sql, kinds, llm: undefined, log }, 1_000), { beatMs: 30 })
    const { texts, cancel } = await open(`/jobs/${await submit()}/events`, { app })
    await until('three comments', () => texts.filter((text) => text === ':').length >= 3)
    await cancel()
  })

  test('a job that is deleted, and a server that stops, end them', async () => {
    const stopping = new AbortController()
    const { app } = apiUnderTest(database.sql, {}, undefined, { stopping: stopping.signal })
    const id = await submit()
    const [deleted, stopped] = [await open(`/jobs/${id}/events`), await open(`/jobs/${await submit()}/events`, { app })]
    await database.sql`delete from jobs where id = ${id}`
    await deleted.ended
    stopping.abort()
    await stopped.ended
    expect([...deleted.events, ...stopped.events].map(({ event }) => event)).toEqual(['progress', 'progress'])
  })

  test('a browser that comes again after the end is told to stay away', async () => {
    const id = await submit()
    const { status } = await api.app.request(`/jobs/${id}/events`, { headers: { 'last-event-id': 'end' } })
    expect(status).toBe(204)
  })

  test('what is not there, or not understood, is refused in JSON', async () => {
    const none = await api.get('/jobs/01975f00-0000-7000-8000-000000000000/events')
    expect([none.status, none.body.code]).toEqual([404, 'JOB_NOT_FOUND'])
    expect((await api.get('/jobs/x/events')).status).toBe(404)
    expect((await api.get(`/jobs/${await submit()}/events?wait=3`)).body.code).toBe('FIELD_INVALID')
    const head = await api.app.request(`/jobs/${await submit()}/events`, { method: 'HEAD' })
    expect([head.status, head.body]).toEqual([200, null])
  })
})
