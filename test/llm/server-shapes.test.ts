import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createLlmClient } from '../../src/llm/client.ts'
import { noUsage } from '../../src/llm/usage.ts'
import { completion, json, type Reply, scriptedEndpoint } from './scripted-endpoint.ts'

// What each server really sends, byte for byte where the bytes matter, and what the client makes of it.

const opened: { close(): void }[] = []
afterEach(() => {
  for (const endpoint of opened.splice(0)) endpoint.close()
})

const good: Reply = (response) => json(response, 200, completion('{"name":"Elmaq"}'))
const fails =
  (status: number, body: string, headers: Record<string, string> = {}): Reply =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
/** The first call is answered so, all others well. */
const atFirst =
  (reply: Reply): Reply =>
  (response, call, index) =>
    index === 0 ? reply(response, call, index) : good(response, call, index)

async function clientOf(reply: Reply, retryForMs = 0) {
  const endpoint = await scriptedEndpoint(reply)
  opened.push(endpoint)
  const client = createLlmClient({
    baseUrl: endpoint.origin,
    model: 'm',
    retryForMs,
    withSlot: (_signal, use) => use(),
  })
  const { signal } = new AbortController()
  const ask = (content = 'the passages') =>
    client.complete({
      schemaName: 'profile',
      schema: z.object({ name: z.string() }),
      messages: [{ role: 'user', content }],
      maxTokens: 100,
      signal,
    })
  const formats = () => endpoint.calls.map(({ body }) => body.response_format?.type ?? 'prompt')
  return { ask, calls: endpoint.calls, formats, contextTokens: () => client.contextTokens!(signal) }
}

const vllmContext =
  "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4000 in the messages, 1000 in the completion). Please reduce the length of the messages or completion."
const nested = (message: string, code: unknown, type = 'BadRequestError') =>
  JSON.stringify({ error: { message, type, param: null, code } })

describe('the seven shapes of error', () => {
  test.each<[shape: string, status: number, body: string, failure: object]>([
    [
      'vLLM: nested, with the status as code',
      400,
      nested(vllmContext, 400),
      { code: 'LLM_CONTEXT_EXCEEDED', message: expect.stringContaining('4096 tokens') },
    ],
    [
      'older vLLM: flat',
      400,
      JSON.stringify({ object: 'error', message: vllmContext, type: 'BadRequestError', param: null, code: 400 }),
      { code: 'LLM_CONTEXT_EXCEEDED', message: expect.stringContaining('4096 tokens') },
    ],
    [
      'SGLang: flat, overloaded',
      503,
      '{"object":"error","message":"The request queue is full.","type":"ServiceUnavailableError","param":null,"code":503}',
      { code: 'LLM_UNAVAILABLE', message: expect.stringContaining('The request queue is full.') },
    ],
    [
      'Ollama: overloaded',
      503,
      nested('server busy, please try again.  maximum pending requests exceeded', null, 'api_error'),
      { code: 'LLM_UNAVAILABLE', message: expect.stringContaining('server busy') },
    ],
    [
      'LM Studio: a string',
      400,
      '{"error":"The number of tokens to keep from the initial prompt is greater than the context length."}',
      { code: 'LLM_CONTEXT_EXCEEDED' },
    ],
    [
      'OpenRouter: inside a 200',
      200,
      '{"error":{"message":"Provider returned error","code":502,"metadata":{"provider_name":"x"}},"user_id":"u"}',
      { code: 'LLM_UNAVAILABLE', message: expect.stringContaining('Provider returned error') },
    ],
    [
      'OpenAI: a stable code beside the sentence',
      400,
      '{"error":{"message":"Your input exceeds the limit.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}',
      { code: 'LLM_CONTEXT_EXCEEDED' },
    ],
  ])('%s', async (_shape, status, body, failure) => {
    const { ask, calls } = await clientOf(fails(status, body))
    await expect(ask()).rejects.toMatchObject({ name: 'Failure', ...failure })
    expect(calls).toHaveLength(1)
  })
})

describe('what gives up gives up at once, however patient the client is', () => {
  test.each<[what: string, status: number, body: string, code: string]>([
    [
      'OpenAI, wrong key',
      401,
      nested('Incorrect API key provided: sk-x.', 'invalid_api_key', 'invalid_request_error'),
      'LLM_KEY_REJECTED',
    ],
    [
      'OpenRouter, no credits',
      402,
      '{"error":{"code":402,"message":"This request requires more credits, or fewer max_tokens."}}',
      'LLM_NO_CREDITS',
    ],
    [
      'OpenRouter, no credits in a 200',
      200,
      '{"error":{"code":402,"message":"Insufficient credits"}}',
      'LLM_NO_CREDITS',
    ],
    [
      'Ollama, no such model',
      404,
      nested('model "m" not found, try pulling it first', null, 'api_error'),
      'LLM_NOT_FOUND',
    ],
    [
      'OpenAI, no quota',
      429,
      nested('You exceeded your current quota, please check your plan.', 'insufficient_quota', 'insufficient_quota'),
      'LLM_NO_CREDITS',
    ],
    ['vLLM, a bad request', 400, nested('messages must not be empty', 400), 'LLM_REJECTED'],
  ])('%s', async (_what, status, body, code) => {
    const { ask, calls } = await clientOf(fails(status, body, { 'retry-after': '0' }), 60_000)
    await expect(ask()).rejects.toMatchObject({ code, consequence: 'give_up' })
    expect(calls).toHaveLength(1)
  })
})

describe('what passes is asked again, and answered', () => {
  test.each<[what: string, reply: Reply]>([
    ['OpenRouter, 408', fails(408, '{"error":{"code":408,"message":"Request timed out"}}')],
    ['OpenAI, 429', fails(429, nested('Rate limit reached for requests', 'rate_limit_exceeded', 'requests'))],
    ['SGLang, full', fails(503, '{"object":"error","message":"The request queue is full.","code":503}')],
    ['Ollama, busy', fails(503, nested('server busy, please try again.', null, 'api_error'))],
    ['OpenRouter, 502 in a 200', fails(200, '{"error":{"code":502,"message":"Provider returned error"}}')],
    [
      'OpenRouter, an error in the choice',
      (response) =>
        json(response, 200, completion('', { finish_reason: 'error', error: { code: 502, message: 'Provider died' } })),
    ],
    ['a proxy page', fails(502, '<html>Bad Gateway</html>')],
    ['a body that is no JSON', fails(200, '{malformed json: <<<')],
    ['a reset', (response) => void response.destroy()],
    [
      'a body cut off',
      (response) => void response.writeHead(200, { 'content-length': '999' }).write('{"cho', () => response.destroy()),
    ],
  ])('%s', async (_what, reply) => {
    const { ask, calls } = await clientOf(atFirst(reply), 20_000)
    const { value, usage } = await ask()
    expect(value).toEqual({ name: 'Elmaq' })
    expect(usage.calls).toBe(2)
    expect(calls).toHaveLength(2)
  })
})

describe('the ladder, as each server wants it', () => {
  const refusing =
    (refusals: Partial<Record<string, [status: number, body: string]>>): Reply =>
    (response, call, index) => {
      const refusal = refusals[call.body.response_format?.type ?? 'prompt']
      if (refusal) fails(...refusal)(response, call, index)
      else good(response, call, index)
    }
  test.each<[server: string, reply: Reply, formats: string[]]>([
    [
      'LM Studio takes json_schema, and would refuse json_object',
      refusing({ json_object: [400, `{"error":"'response_format.type' must be 'json_schema' or 'text'"}`] }),
      ['json_schema', 'json_schema'],
    ],
    [
      'LM Studio with a model that takes no schema goes straight through json_object',
      refusing({
        json_schema: [400, '{"error":"response_format json_schema is not supported by this model"}'],
        json_object: [400, `{"error":"'response_format.type' must be 'json_schema' or 'text'"}`],
      }),
      ['json_schema', 'json_object', 'prompt', 'prompt'],
    ],
    [
      'older vLLM, flat',
      refusing({
        json_schema: [
          400,
          '{"object":"error","message":"response_format.type json_schema is not supported","code":400}',
        ],
      }),
      ['json_schema', 'json_object', 'json_object'],
    ],
    [
      'Ollama, that breaks over the schema',
      refusing({ json_schema: [500, nested('failed to load model grammar: unknown type', null, 'api_error')] }),
      ['json_schema', 'json_object', 'json_object'],
    ],
    [
      'OpenRouter, inside a 200',
      refusing({
        json_schema: [200, '{"error":{"code":400,"message":"This model does not support structured outputs"}}'],
      }),
      ['json_schema', 'json_object', 'json_object'],
    ],
  ])('%s', async (_server, reply, formats) => {
    const client = await clientOf(reply)
    await client.ask()
    await client.ask()
    expect(client.formats()).toEqual(formats)
  })

  test('a 500 that does not speak of the schema teaches nothing', async () => {
    const client = await clientOf(fails(500, nested('The server had an error', null, 'server_error')))
    await expect(client.ask()).rejects.toMatchObject({ code: 'LLM_UNAVAILABLE' })
    expect(client.formats()).toEqual(['json_schema'])
  })
})

describe('Ollama leaves out what exceeds its context, and says nothing', () => {
  const prompt = 'Fazemos parafusos de precisão. '.repeat(1_000)
  const counting =
    (promptTokens: number): Reply =>
    (response) =>
      json(response, 200, {
        ...completion('{"name":"Elmaq"}'),
        usage: { prompt_tokens: promptTokens, completion_tokens: 5 },
      })

  test.each([4_096, 2_050])('%i tokens read of 31,000 characters is LLM_CONTEXT_EXCEEDED', async (tokens) => {
    const { ask, contextTokens } = await clientOf(counting(tokens))
    await expect(ask(prompt)).rejects.toMatchObject({ code: 'LLM_CONTEXT_EXCEEDED' })
    expect(await contextTokens()).toBe(tokens)
  })

  test.each([8_192, 10_000, 300, 0])('%i tokens of as many is believed', async (tokens) => {
    const { ask } = await clientOf(counting(tokens))
    expect((await ask(prompt)).value).toEqual({ name: 'Elmaq' })
  })

  test('what was used up for it is told all the same', async () => {
    const endpoint = await scriptedEndpoint(counting(4_096))
    opened.push(endpoint)
    const client = createLlmClient({ baseUrl: endpoint.origin, model: 'm', withSlot: (_signal, use) => use() })
    const usage = noUsage(undefined)
    const asked = client.complete({
      schemaName: 'profile',
      schema: z.object({ name: z.string() }),
      messages: [{ role: 'user', content: prompt }],
      maxTokens: 100,
      signal: new AbortController().signal,
      usage,
    })
    await expect(asked).rejects.toMatchObject({ code: 'LLM_CONTEXT_EXCEEDED' })
    expect(usage).toMatchObject({ calls: 1, tokensIn: 4_096, tokensOut: 5 })
  })
})

test.each([
  ['a completion without a choice', { choices: [] }],
  ['an error within a 200', { error: { message: 'Provider returned error', code: 502 } }],
])('what %s has cost is told', async (_what, body) => {
  const reply: Reply = (response) =>
    json(response, 200, { ...body, usage: { prompt_tokens: 900, completion_tokens: 7 } })
  const endpoint = await scriptedEndpoint(reply)
  opened.push(endpoint)
  const client = createLlmClient({ baseUrl: endpoint.origin, model: 'm', withSlot: (_signal, use) => use() })
  const usage = noUsage(undefined)
  const asked = client.complete({
    schemaName: 'profile',
    schema: z.object({ name: z.string() }),
    messages: [{ role: 'user', content: 'x' }],
    maxTokens: 100,
    signal: new AbortController().signal,
    usage,
  })
  await expect(asked).rejects.toMatchObject({ code: 'LLM_UNAVAILABLE' })
  expect(usage).toMatchObject({ calls: 1, tokensIn: 900, tokensOut: 7 })
})

describe('an answer is read wherever it stands', () => {
  const message = (fields: object) => completion(null, { message: { role: 'assistant', content: null, ...fields } })
  test.each<[where: string, body: object]>([
    [
      'in a tool call that nobody offered',
      message({ tool_calls: [{ id: '1', type: 'function', function: { name: 'f', arguments: '{"name":"Elmaq"}' } }] }),
    ],
    ['in reasoning_content alone', message({ reasoning_content: '{"name":"Elmaq"}' })],
    ['in reasoning alone, with empty content', message({ content: '\n', reasoning: ' {"name":"Elmaq"} ' })],
    ['in content, beside a refusal that is null', message({ content: '{"name":"Elmaq"}', refusal: null })],
    [
      'in a tool call, as an object',
      message({ tool_calls: [{ type: 'function', function: { name: 'f', arguments: { name: 'Elmaq' } } }] }),
    ],
    ['in a function call, as it used to be', message({ function_call: { name: 'f', arguments: '{"name":"Elmaq"}' } })],
    ['in content, beside tool calls of an odd form', message({ content: '{"name":"Elmaq"}', tool_calls: [{}] })],
  ])('%s', async (_where, body) => {
    const { ask, calls } = await clientOf((response) => json(response, 200, body))
    expect((await ask()).value).toEqual({ name: 'Elmaq' })
    expect(calls).toHaveLength(1)
  })

  test('thoughts that hold a draft are not the answer', async () => {
    const draft = message({ reasoning_content: 'Maybe {"name":"draft"}? Let me see.' })
    const { ask, calls } = await clientOf(atFirst((response) => json(response, 200, draft)))
    expect((await ask()).value).toEqual({ name: 'Elmaq' })
    expect(calls).toHaveLength(2)
  })

  test('a refusal is shown to the model, which is asked once more', async () => {
    const refusal = message({ refusal: "I'm sorry, I can't help with that." })
    const { ask, calls } = await clientOf(atFirst((response) => json(response, 200, refusal)))
    expect((await ask()).value).toEqual({ name: 'Elmaq' })
    expect(calls[1]?.body.messages[1]).toEqual({ role: 'assistant', content: "I'm sorry, I can't help with that." })
  })

  test('a body with a byte order mark is a body', async () => {
    const body = `\uFEFF${JSON.stringify(completion('{"name":"Elmaq"}'))}`
    const { ask } = await clientOf(fails(200, body))
    expect((await ask()).value).toEqual({ name: 'Elmaq' })
  })
})
