import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createLlmClient } from '../../src/llm/client.ts'

// The same client against an OpenAI-compatible server that others wrote.
const mock = new LLMock({ port: 0, host: '127.0.0.1' })
beforeAll(async () => {
  mock.onMessage('passages of Elmaq', { content: '{"name":"Elmaq","city":null}' })
  await mock.start()
})
afterAll(() => mock.stop())

const client = () => createLlmClient({ baseUrl: `${mock.url}/v1`, model: 'gpt-4o', withSlot: (_signal, use) => use() })
const ask = (content: string) =>
  client().complete({
    schemaName: 'profile',
    schema: z.object({ name: z.string(), city: z.string().optional() }),
    messages: [{ role: 'user', content }],
    maxTokens: 100,
    signal: new AbortController().signal,
  })

test('a fixture is answered, and the usage counted', async () => {
  const { value, usage } = await ask('the passages of Elmaq')
  expect(value).toEqual({ name: 'Elmaq' })
  expect(usage.calls).toBe(1)
  expect(usage.tokensIn).toBeGreaterThan(0)
  expect(usage.tokensOut).toBeGreaterThan(0)
  expect(mock.getRequests()).toHaveLength(1)
})

test('a prompt it has no fixture for is LLM_NOT_FOUND', async () => {
  await expect(ask('something else')).rejects.toMatchObject({ code: 'LLM_NOT_FOUND' })
})

test('its rate limit is LLM_RATE_LIMITED', async () => {
  mock.nextRequestError(429, { message: 'Rate limit reached', type: 'rate_limit_error', code: 'rate_limit_exceeded' })
  await expect(ask('the passages of Elmaq')).rejects.toMatchObject({ code: 'LLM_RATE_LIMITED' })
})

test('its malformed JSON and its broken connections are LLM_UNAVAILABLE', async () => {
  mock.setChaos({ malformedRate: 1 })
  await expect(ask('the passages of Elmaq')).rejects.toMatchObject({ code: 'LLM_UNAVAILABLE' })
  mock.setChaos({ disconnectRate: 1 })
  await expect(ask('the passages of Elmaq')).rejects.toMatchObject({ code: 'LLM_UNAVAILABLE' })
  mock.clearChaos()
})
