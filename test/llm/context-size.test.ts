import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createLlmClient, type LlmClientOptions } from '../../src/llm/client.ts'
import { contextOf } from '../../src/llm/context-size.ts'
import { completion, json, type Reply, scriptedEndpoint } from './scripted-endpoint.ts'

const listOf = (...models: object[]) => ({ object: 'list', data: models })

test.each<[server: string, body: unknown, tokens: number | undefined]>([
  ['vLLM', listOf({ id: 'm', object: 'model', owned_by: 'vllm', root: 'm', max_model_len: 32_768 }), 32_768],
  ['SGLang', listOf({ id: 'm', object: 'model', owned_by: 'sglang', max_model_len: 40_960 }), 40_960],
  ['LM Studio, loaded', listOf({ id: 'm', max_context_length: 131_072, loaded_context_length: 4_096 }), 4_096],
  [
    'OpenRouter, where the one who answers takes less',
    listOf({ id: 'x' }, { id: 'm', context_length: 131_072, top_provider: { context_length: 65_536 } }),
    65_536,
  ],
  [
    'OpenRouter, one whose provider says nothing',
    listOf({ id: 'x' }, { id: 'm', context_length: 9_000, top_provider: { context_length: null } }),
    9_000,
  ],
  ['llama.cpp', listOf({ id: '/models/q.gguf', meta: { n_ctx: 8_192, n_ctx_train: 40_960 } }), 8_192],
  ['Groq', listOf({ id: 'm', context_window: 131_072 }), 131_072],
  ['OpenAI and Ollama say nothing', listOf({ id: 'm', object: 'model', created: 1, owned_by: 'library' }), undefined],
  ['another model', listOf({ id: 'a', max_model_len: 1 }, { id: 'b', max_model_len: 2 }), undefined],
  ['nonsense', listOf({ id: 'm', max_model_len: 'many' }), undefined],
  ['no list', { error: 'no' }, undefined],
])('the context that %s states', (_server, body, tokens) => {
  expect(contextOf(body, 'm')).toBe(tokens)
})

const opened: { close(): void }[] = []
afterEach(() => {
  for (const endpoint of opened.splice(0)) endpoint.close()
})

async function clientOf(reply: Reply, options: Partial<LlmClientOptions> = {}) {
  const endpoint = await scriptedEndpoint(reply)
  opened.push(endpoint)
  const client = createLlmClient({
    baseUrl: `${endpoint.origin}/api/v1`,
    model: 'm',
    apiKey: 'the-key',
    withSlot: () => Promise.reject(new Error('asking for the models takes no slot')),
    ...options,
  })
  const { signal } = new AbortController()
  return { client, calls: endpoint.calls, tokens: () => client.contextTokens!(signal) }
}
const says =
  (maxModelLen: number): Reply =>
  (response) =>
    json(response, 200, listOf({ id: 'm', max_model_len: maxModelLen }))

test('the list of models is asked for once, beside the chat endpoint and with the key', async () => {
  const { tokens, calls } = await clientOf(says(32_768))
  expect(await Promise.all([tokens(), tokens(), tokens()])).toEqual([32_768, 32_768, 32_768])
  expect(await tokens()).toBe(32_768)
  expect(calls).toHaveLength(1)
  expect(calls[0]).toMatchObject({ path: '/api/v1/models', headers: { authorization: 'Bearer the-key' } })
})

test.each([
  [8_000, 32_768, 8_000],
  [100_000, 32_768, 32_768],
])('LLM_CONTEXT_TOKENS=%i and a server that says %i are %i', async (contextTokens, said, expected) => {
  const { tokens } = await clientOf(says(said), { contextTokens })
  expect(await tokens()).toBe(expected)
})

test.each<[what: string, reply: Reply]>([
  ['is not there', (response) => json(response, 404, { error: 'no such route' })],
  ['is a page', (response) => void response.end('<html>')],
  ['breaks', (response) => json(response, 500, {})],
  ['hangs up', (response) => void response.destroy()],
])('a list that %s leaves what the operator knows', async (_what, reply) => {
  expect(await (await clientOf(reply)).tokens()).toBeUndefined()
  expect(await (await clientOf(reply, { contextTokens: 9_000 })).tokens()).toBe(9_000)
})

test.each([
  ["This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.", 4_096],
  ["The input (40960 tokens) is longer than the model's context length (32768 tokens).", 32_768],
  ['the request (7900 tokens) exceeds the available context size (2048 tokens), try increasing it', 2_048],
])('the number in "%s" is learnt', async (message, expected) => {
  const { client, tokens } = await clientOf(
    (response, call, index) =>
      call.path.endsWith('/models') ? says(65_536)(response, call, index) : json(response, 400, { error: { message } }),
    { withSlot: (_signal, use) => use() },
  )
  expect(await tokens()).toBe(65_536)
  const { signal } = new AbortController()
  const schema = z.object({ name: z.string() })
  await expect(client.complete({ schemaName: 'x', schema, messages: [], maxTokens: 1, signal })).rejects.toMatchObject({
    code: 'LLM_CONTEXT_EXCEEDED',
  })
  expect(await tokens()).toBe(expected)
})

test('a completion does not wait for the list of models', async () => {
  const { client } = await clientOf(
    (response, call) => {
      if (!call.path.endsWith('/models')) json(response, 200, completion('{"name":"Elmaq"}'))
    },
    { withSlot: (_signal, use) => use() },
  )
  const abort = new AbortController()
  const size = client.contextTokens!(abort.signal)
  size.catch(() => {})
  const schema = z.object({ name: z.string() })
  const asked = client.complete({ schemaName: 'x', schema, messages: [], maxTokens: 1, signal: abort.signal })
  expect((await asked).value).toEqual({ name: 'Elmaq' })
  const reason = new Error('cancelled')
  abort.abort(reason)
  await expect(size).rejects.toBe(reason)
})
