import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createLlmClient } from '../../src/llm/client.ts'
import { type ChatBody, completion, json, type Reply, scriptedEndpoint } from './scripted-endpoint.ts'

const schema = z.object({ name: z.string() })
const good: Reply = (response) => json(response, 200, completion('{"name":"Elmaq"}'))

const opened: { close(): void }[] = []
afterEach(() => {
  for (const endpoint of opened.splice(0)) endpoint.close()
})

async function clientOf(reply: Reply) {
  const endpoint = await scriptedEndpoint(reply)
  opened.push(endpoint)
  const client = createLlmClient({ baseUrl: endpoint.origin, model: 'm', withSlot: (_signal, use) => use() })
  const ask = (messages: Parameters<typeof client.complete>[0]['messages'] = [{ role: 'user', content: 'x' }]) =>
    client.complete({ schemaName: 'profile', schema, messages, maxTokens: 100, signal: new AbortController().signal })
  return { ask, formats: () => endpoint.calls.map(({ body }) => body.response_format?.type), calls: endpoint.calls }
}

const vllm = (message: string) => ({ error: { message, type: 'BadRequestError', param: null, code: 400 } })

/** Refuses the listed formats, each with the body that a real server refuses it with. */
const refusing =
  (refusals: Partial<Record<string, [status: number, body: object]>>): Reply =>
  (response, call, index) => {
    const refusal = refusals[call.body.response_format?.type ?? 'none']
    if (refusal) json(response, ...refusal)
    else good(response, call, index)
  }

test('a server without json_schema is asked for json_object, and from then on at once', async () => {
  const { ask, formats, calls } = await clientOf(
    refusing({ json_schema: [400, vllm("response_format.type 'json_schema' is not supported by this model")] }),
  )
  const first = await ask()
  const second = await ask()
  expect(first).toMatchObject({ value: { name: 'Elmaq' }, usage: { calls: 2, tokensIn: 10 } })
  expect(second).toMatchObject({ value: { name: 'Elmaq' }, usage: { calls: 1 } })
  expect(formats()).toEqual(['json_schema', 'json_object', 'json_object'])
  expect(calls[1]?.body.messages).toEqual([
    { role: 'system', content: expect.stringMatching(/JSON Schema:\n\{"type":"object"/) },
    { role: 'user', content: 'x' },
  ])
})

test('a server that takes neither is asked in the prompt alone, and from then on at once', async () => {
  const { ask, formats, calls } = await clientOf(
    refusing({
      json_schema: [422, { detail: [{ loc: ['body', 'response_format', 'type'], msg: 'unexpected value' }] }],
      json_object: [400, { error: "'response_format.type' must be 'json_schema' or 'text'" }],
    }),
  )
  const messages = [{ role: 'system' as const, content: 'Be brief.' }]
  await ask(messages)
  await ask(messages)
  expect(formats()).toEqual(['json_schema', 'json_object', undefined, undefined])
  expect(calls[2]?.body.messages).toEqual([
    { role: 'system', content: expect.stringMatching(/^Be brief\.\n\n.*JSON Schema:\n\{/) },
  ])
})

test('a refusal that comes as a 200 teaches as well', async () => {
  const { ask, formats } = await clientOf(
    refusing({ json_schema: [200, { error: { code: 400, message: 'response_format is not supported' } }] }),
  )
  await ask()
  await ask()
  expect(formats()).toEqual(['json_schema', 'json_object', 'json_object'])
})

test('nothing is learnt from a ladder on which no rung worked', async () => {
  let broken = true
  const { ask, formats } = await clientOf((response, call, index) =>
    broken ? json(response, 400, vllm('Unsupported model: m')) : good(response, call, index),
  )
  await expect(ask()).rejects.toMatchObject({ code: 'LLM_REJECTED' })
  broken = false
  await ask()
  expect(formats()).toEqual(['json_schema', 'json_object', undefined, 'json_schema'])
})

test('a refusal that is not about the format does not move down the ladder', async () => {
  const { ask, formats } = await clientOf((response) => json(response, 400, vllm('messages must not be empty')))
  await expect(ask()).rejects.toMatchObject({ code: 'LLM_REJECTED' })
  expect(formats()).toEqual(['json_schema'])
})

test('a model that refuses max_tokens and temperature keeps its json_schema', async () => {
  const unsupported = (message: string, param: string) => ({
    error: { message, type: 'invalid_request_error', param, code: 'unsupported_parameter' },
  })
  const { ask, calls } = await clientOf((response, call, index) => {
    if (call.body.max_tokens) {
      const message =
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
      return json(response, 400, unsupported(message, 'max_tokens'))
    }
    if (call.body.temperature !== undefined) {
      const message =
        "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported."
      return json(response, 400, unsupported(message, 'temperature'))
    }
    return good(response, call, index)
  })
  await ask()
  await ask()
  const shapes = calls.map(({ body }) => [body.max_tokens, body.max_completion_tokens, body.temperature])
  expect(shapes).toEqual([
    [100, undefined, 0],
    [undefined, 100, 0],
    [undefined, 100, undefined],
    [undefined, 100, undefined],
  ])
  expect(new Set(calls.map(({ body }: { body: ChatBody }) => body.response_format?.type))).toEqual(
    new Set(['json_schema']),
  )
})
