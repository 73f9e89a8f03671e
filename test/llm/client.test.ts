import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createLlmClient, type LlmClientOptions, type LlmRequest } from '../../src/llm/client.ts'
import { completion, json, type Reply, scriptedEndpoint } from './scripted-endpoint.ts'

const schema = z.object({ name: z.string(), city: z.string().optional() })
const good: Reply = (response) => json(response, 200, completion('{"name":"Elmaq","city":null}'))

const opened: { close(): void }[] = []
afterEach(() => {
  for (const endpoint of opened.splice(0)) endpoint.close()
})

async function clientOf(reply: Reply, options: Partial<LlmClientOptions> & { path?: string } = {}) {
  const endpoint = await scriptedEndpoint(reply)
  opened.push(endpoint)
  const client = createLlmClient({
    baseUrl: `${endpoint.origin}${options.path ?? '/v1'}`,
    model: 'm',
    withSlot: (_signal, use) => use(),
    ...options,
  })
  const ask = (request: Partial<LlmRequest<z.infer<typeof schema>>> = {}) =>
    client.complete({
      schemaName: 'profile',
      schema,
      messages: [
        { role: 'system', content: 'Write a profile.' },
        { role: 'user', content: 'the passages' },
      ],
      maxTokens: 100,
      signal: new AbortController().signal,
      ...request,
    })
  return { ask, calls: endpoint.calls }
}

test('the request is the portable one, with the strict schema and the key', async () => {
  const { ask, calls } = await clientOf(good, { apiKey: 'the-key' })
  const { value, usage } = await ask()
  expect(value).toEqual({ name: 'Elmaq' })
  expect(usage).toEqual({ tokensIn: 10, tokensOut: 5, calls: 1, latencyMs: expect.any(Number) })
  expect(usage.latencyMs).toBeGreaterThan(0)
  expect(calls[0]?.headers.authorization).toBe('Bearer the-key')
  expect(calls[0]?.body).toEqual({
    model: 'm',
    messages: [
      { role: 'system', content: 'Write a profile.' },
      { role: 'user', content: 'the passages' },
    ],
    temperature: 0,
    max_tokens: 100,
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'profile',
        strict: true,
        schema: {
          type: 'object',
          properties: { name: { type: 'string' }, city: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
          required: ['name', 'city'],
          additionalProperties: false,
        },
      },
    },
  })
})

test('without a key no authorization is sent', async () => {
  const { ask, calls } = await clientOf(good)
  await ask()
  expect(calls[0]?.headers).not.toHaveProperty('authorization')
})

test.each([
  ['', '/v1/chat/completions'],
  ['/', '/v1/chat/completions'],
  ['/v1', '/v1/chat/completions'],
  ['/v1/', '/v1/chat/completions'],
  ['/api/v1', '/api/v1/chat/completions'],
  ['/openai', '/openai/chat/completions'],
])('a base URL that ends in "%s" is posted to %s', async (path, expected) => {
  const { ask, calls } = await clientOf(good, { path })
  await ask()
  expect(calls[0]?.path).toBe(expected)
})

test.each([
  ['a list of text parts', completion(null, { message: { content: [{ type: 'text', text: '{"name":"Elmaq"}' }] } })],
  ['an answer after thoughts', completion('<think>Hm {"name":1}</think>\n\n{"name":"Elmaq"}')],
  [
    'an answer beside its reasoning',
    completion(null, { message: { reasoning_content: 'Hm', content: '{"name":"Elmaq"}' } }),
  ],
  ['an answer without usage', { ...completion('{"name":"Elmaq"}'), usage: undefined }],
  ['an answer with error: null', { ...completion('{"name":"Elmaq"}'), error: null }],
])('%s is read in one call', async (_name, body) => {
  const { ask, calls } = await clientOf((response) => json(response, 200, body))
  expect((await ask()).value).toEqual({ name: 'Elmaq' })
  expect(calls).toHaveLength(1)
})

test('an answer that does not fit is shown back with what is wrong with it, and the second one counts', async () => {
  const { ask, calls } = await clientOf((response, _call, index) =>
    index === 0 ? json(response, 200, completion('<think>x</think>{"title":"Elmaq"}')) : good(response, _call, index),
  )
  const { value, usage } = await ask()
  expect(value).toEqual({ name: 'Elmaq' })
  expect(usage).toMatchObject({ calls: 2, tokensIn: 20, tokensOut: 10 })
  const [, , assistant, user] = calls[1]?.body.messages ?? []
  expect(calls[1]?.body.messages).toHaveLength(4)
  expect(assistant).toEqual({ role: 'assistant', content: '{"title":"Elmaq"}' })
  expect(user?.role).toBe('user')
  expect(user?.content).toMatch(/expected string.*\n.*name/)
  expect(user?.content).toContain('"required":["name","city"]')
})

test('an answer that does not fit twice is LLM_ANSWER_INVALID, after exactly two calls', async () => {
  const { ask, calls } = await clientOf((response) => json(response, 200, completion('I am sorry, I cannot.')))
  await expect(ask()).rejects.toMatchObject({ code: 'LLM_ANSWER_INVALID', consequence: 'retry' })
  expect(calls).toHaveLength(2)
})

test('an empty answer is repaired without an empty turn, which some servers refuse', async () => {
  const { ask, calls } = await clientOf((response, call, index) =>
    index === 0 ? json(response, 200, completion(null)) : good(response, call, index),
  )
  expect((await ask()).value).toEqual({ name: 'Elmaq' })
  expect(calls[1]?.body.messages.map(({ role }) => role)).toEqual(['system', 'user', 'user'])
})

test('a truncated answer is asked for again with twice the tokens, even if its beginning would fit', async () => {
  const cut = completion('{"name":"El', { finish_reason: 'length' })
  const { ask, calls } = await clientOf((response, call, index) =>
    index === 0 ? json(response, 200, cut) : good(response, call, index),
  )
  expect((await ask()).value).toEqual({ name: 'Elmaq' })
  expect(calls.map(({ body }) => body.max_tokens)).toEqual([100, 200])
  expect(calls[1]?.body.messages).toHaveLength(2)
})

test('an answer truncated twice is LLM_ANSWER_INVALID, after exactly two calls', async () => {
  const { ask, calls } = await clientOf((response) =>
    json(response, 200, completion('{"name":"El', { finish_reason: 'length' })),
  )
  await expect(ask()).rejects.toMatchObject({ code: 'LLM_ANSWER_INVALID' })
  expect(calls).toHaveLength(2)
})

const failures: [name: string, failure: object, reply: Reply][] = [
  ['a wrong key', { code: 'LLM_KEY_REJECTED' }, (response) => json(response, 401, { error: { message: 'Bad key' } })],
  [
    'a 429',
    { code: 'LLM_RATE_LIMITED', retryAfterMs: 7000 },
    (response) => json(response, 429, { error: 'slow' }, { 'retry-after': '7' }),
  ],
  [
    'a 503',
    { code: 'LLM_UNAVAILABLE', retryAfterMs: 9000 },
    (response) =>
      json(response, 503, { object: 'error', message: 'The request queue is full.' }, { 'retry-after': '9' }),
  ],
  [
    'too long a prompt',
    { code: 'LLM_CONTEXT_EXCEEDED', consequence: 'give_up' },
    (response) =>
      json(response, 400, {
        object: 'error',
        message: "The input (9 tokens) is longer than the model's context length (8 tokens).",
      }),
  ],
  [
    'an unmatched fixture',
    { code: 'LLM_NOT_FOUND' },
    (response) => json(response, 404, { error: { message: 'No fixture matched', code: 'no_fixture_match' } }),
  ],
  [
    'a 402 in a 200',
    { code: 'LLM_NO_CREDITS' },
    (response) => json(response, 200, { error: { code: 402, message: 'Insufficient credits' } }),
  ],
  [
    'a 429 in a 200',
    { code: 'LLM_RATE_LIMITED' },
    (response) => json(response, 200, { error: { code: 429, message: 'Rate limited' } }),
  ],
  [
    'a 502 in a choice',
    { code: 'LLM_UNAVAILABLE' },
    (response) =>
      json(response, 200, completion('', { finish_reason: 'error', error: { code: 502, message: 'Provider died' } })),
  ],
  [
    'a proxy page',
    { code: 'LLM_UNAVAILABLE' },
    (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
  ],
  ['JSON without choices', { code: 'LLM_UNAVAILABLE' }, (response) => json(response, 200, { choices: [] })],
  ['a reset', { code: 'LLM_UNAVAILABLE' }, (response) => response.destroy()],
  [
    'a body cut off',
    { code: 'LLM_UNAVAILABLE' },
    (response) => response.writeHead(200, { 'content-length': '999' }).write('{"cho', () => response.destroy()),
  ],
]

test.each(failures)('%s fails at once, without a second call', async (_name, failure, reply) => {
  const { ask, calls } = await clientOf(reply)
  await expect(ask()).rejects.toMatchObject({ name: 'Failure', ...failure })
  expect(calls).toHaveLength(1)
})

test('a server nobody listens on is LLM_UNAVAILABLE', async () => {
  const { ask } = await clientOf(good, { baseUrl: 'http://127.0.0.1:1/v1' })
  await expect(ask()).rejects.toMatchObject({ code: 'LLM_UNAVAILABLE' })
})

test('an answer that takes too long is LLM_UNAVAILABLE, also when it had begun', async () => {
  const silent = await clientOf(() => {}, { timeoutMs: 50 })
  await expect(silent.ask()).rejects.toMatchObject({ code: 'LLM_UNAVAILABLE' })
  const stuck = await clientOf((response) => response.writeHead(200).write('{'), { timeoutMs: 50 })
  await expect(stuck.ask()).rejects.toMatchObject({ code: 'LLM_UNAVAILABLE' })
})
