import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createLlmClient } from '../../src/llm/client.ts'
import { createSlots } from '../../src/llm/slots.ts'
import { createWithSlot, type LlmEndpoint } from '../../src/llm/with-slot.ts'
import { register } from '../../src/queue/presence.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/poll.ts'
import { completion, json, type Reply, scriptedEndpoint } from './scripted-endpoint.ts'

let database: TestDatabase
const closings: (() => void)[] = []
beforeAll(async () => {
  database = await createTestDatabase()
})
afterEach(() => {
  for (const close of closings.splice(0)) close()
})
afterAll(() => database.drop())

const good: Reply = (response) => json(response, 200, completion('{"name":"x"}'))

async function open(reply: Reply) {
  const endpoint = await scriptedEndpoint(reply)
  closings.push(endpoint.close)
  return { ...endpoint, baseUrl: `${endpoint.origin}/v1` }
}

async function clientOf(
  endpoints: readonly LlmEndpoint[],
  retryForMs = 0,
  { cap = 4, warnings = [] as object[] } = {},
) {
  const worker = await register(database.sql, 'profile', 1)
  const slots = await createSlots({
    pool: database.sql,
    endpoints: endpoints.map(({ baseUrl }) => ({ provider: baseUrl, cap })),
    workerId: () => worker,
    log: { warn: (fields, message) => warnings.push({ ...fields, message }), info() {} },
  })
  closings.push(slots.close)
  const withSlot = createWithSlot(slots, endpoints)
  const client = createLlmClient({ ...endpoints[0]!, endpoints, model: 'm', retryForMs, withSlot })
  const schema = z.object({ name: z.string() })
  const messages = [{ role: 'user' as const, content: 'x' }]
  return () =>
    client.complete({ schemaName: 'n', schema, messages, maxTokens: 10, signal: new AbortController().signal })
}

test('with one of two endpoints refusing connections every completion succeeds, and it is soon left alone', async () => {
  const dead = { baseUrl: 'http://127.0.0.1:1/v1' }
  const live = await open(good)
  const ask = await clientOf([dead, live])
  for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 8 }, ask))
  expect(live.calls).toHaveLength(40)
  await until('it is left alone', async () => {
    await ask()
    const [row] =
      await database.sql`select rests_until > now() as rests from llm_endpoints where provider = ${dead.baseUrl}`
    return row!.rests === true
  })
  expect((await ask()).usage.calls).toBe(1)
})

test.each([
  [429, { error: { message: 'slow down' } }],
  [503, { object: 'error', message: 'The request queue is full.' }],
  [401, { error: { message: 'bad key' } }],
  [402, { error: { message: 'no money' } }],
])('a call that ends with %d at one endpoint is made at the other at once', async (status, body) => {
  const bad = await open((response) => json(response, status, body))
  const live = await open(good)
  const ask = await clientOf([bad, live])
  await Promise.all(Array.from({ length: 6 }, ask))
  expect(bad.calls.length).toBeGreaterThan(0)
  expect(live.calls).toHaveLength(6)
})

test('what is wrong with the question is not asked again elsewhere', async () => {
  const bad = await open((response) => json(response, 400, { error: { message: 'no such parameter' } }))
  const other = await open((response) => json(response, 400, { error: { message: 'no such parameter' } }))
  const ask = await clientOf([bad, other])
  await expect(ask()).rejects.toMatchObject({ code: 'LLM_REJECTED' })
  expect(bad.calls.length + other.calls.length).toBe(1)
})

test('where both fail the call ends with the failure of the last, each having been called once', async () => {
  const one = await open((response) => json(response, 429, { error: { message: 'slow down' } }))
  const other = await open((response) => json(response, 429, { error: { message: 'slow down' } }))
  const ask = await clientOf([one, other])
  await expect(ask()).rejects.toMatchObject({ code: 'LLM_RATE_LIMITED' })
  expect([one.calls.length, other.calls.length]).toEqual([1, 1])
})

test('a call that is refused by the only endpoint is made again there, without a new job', async () => {
  const endpoint = await open((response, call, index) =>
    index === 0 ? json(response, 429, { error: { message: 'slow down' } }) : good(response, call, index),
  )
  const ask = await clientOf([endpoint], 10_000)
  expect((await ask()).usage.calls).toBe(2)
})

test('each endpoint is asked with its own key and in the dialect that it was seen to want', async () => {
  const picky = await open((response, call, index) =>
    call.body.response_format?.type === 'json_schema'
      ? json(response, 400, { error: 'response_format json_schema is not supported' })
      : good(response, call, index),
  )
  const plain = await open(good)
  const ask = await clientOf([
    { baseUrl: picky.baseUrl, apiKey: 'one' },
    { baseUrl: plain.baseUrl, apiKey: 'two' },
  ])
  for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 6 }, ask))
  const formats = (calls: typeof picky.calls) => new Set(calls.slice(-3).map(({ body }) => body.response_format?.type))
  expect(formats(picky.calls)).toEqual(new Set(['json_object']))
  expect(formats(plain.calls)).toEqual(new Set(['json_schema']))
  expect(new Set(picky.calls.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer one']))
  expect(new Set(plain.calls.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer two']))
})

const slow =
  (delayMs: number): Reply =>
  (response, call, index) =>
    void setTimeout(() => good(response, call, index), delayMs)

const restOf = async (baseUrl: string): Promise<number> => {
  const [row] = await database.sql`
    select coalesce(extract(epoch from paused_until - now()), 0)::float8 as seconds from llm_endpoints
    where provider = ${baseUrl}`
  return row!.seconds
}

test.each([401, 402, 403, 404])(
  'an endpoint that answers %d to everything fails no call while the other is good but busy, and is left alone',
  async (status) => {
    const bad = await open((response) => json(response, status, { error: { message: 'not you' } }))
    const live = await open(slow(700)) // longer than a call is choosy about where it goes
    const warnings: object[] = []
    const [one, other] = [
      await clientOf([live, bad], 0, { cap: 2, warnings }),
      await clientOf([live, bad], 0, { cap: 2, warnings }),
    ]
    await Promise.all([one, one, one, one, one, other, other, other, other, other].map((ask) => ask()))
    expect(live.calls).toHaveLength(10)
    expect(bad.calls.length).toBeLessThanOrEqual(4)
    expect(await restOf(bad.baseUrl)).toBeGreaterThan(500)
    expect(warnings.length).toBeGreaterThanOrEqual(1)
    expect(warnings.length).toBeLessThanOrEqual(2) // a process that had a call there says so once
  },
)

test('where all endpoints refuse for good, every call ends with such a refusal and none waits', async () => {
  const key = await open((response) => json(response, 401, {}))
  const money = await open((response) => json(response, 402, {}))
  const ask = await clientOf([key, money])
  for (let round = 0; round < 3; round++) {
    const ends = await Promise.allSettled(Array.from({ length: 3 }, ask))
    const codes = ends.map((end) => (end.status === 'rejected' ? end.reason.code : 'none'))
    expect(codes.filter((code) => code !== 'LLM_KEY_REJECTED' && code !== 'LLM_NO_CREDITS')).toEqual([])
  }
})

test('a prompt that a moderator refuses is not held against the endpoint', async () => {
  const picky = await open((response) => json(response, 403, { error: { message: 'Your input was flagged' } }))
  const ask = await clientOf([picky, await open(slow(50))])
  await Promise.allSettled(Array.from({ length: 4 }, ask))
  expect(picky.calls.length).toBeGreaterThan(0)
  expect(await restOf(picky.baseUrl)).toBe(0)
})

test('an answer of the wrong shape is mended at the other endpoint, however busy, and an endpoint of such answers is left alone', async () => {
  const wrong = await open((response) => json(response, 200, completion('{"x":1}')))
  const live = await open(slow(200))
  const ask = await clientOf([wrong, live], 0, { cap: 2 })
  await Promise.all(Array.from({ length: 16 }, ask))
  expect(live.calls).toHaveLength(16)
  expect(wrong.calls.length).toBeLessThan(12)
  const [row] =
    await database.sql`select rests_until is not null as rests from llm_endpoints where provider = ${wrong.baseUrl}`
  expect(row!.rests).toBe(true)
})

test('an answer of the wrong shape is not held against the only endpoint', async () => {
  const only = await open((response) => json(response, 200, completion('{"x":1}')))
  const ask = await clientOf([only])
  for (let round = 0; round < 3; round++) {
    const ends = await Promise.allSettled(Array.from({ length: 3 }, ask))
    expect(ends.map((end) => end.status === 'rejected' && end.reason.code)).toEqual(Array(3).fill('LLM_ANSWER_INVALID'))
  }
  const [row] = await database.sql`select rests_until from llm_endpoints where provider = ${only.baseUrl}`
  expect(row!.rests_until).toBeNull()
})
