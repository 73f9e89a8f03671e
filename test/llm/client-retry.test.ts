import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createLlmClient, type LlmClientOptions } from '../../src/llm/client.ts'
import { type LlmCall, noUsage } from '../../src/llm/usage.ts'
import { until } from '../support/poll.ts'
import { completion, json, type Reply, scriptedEndpoint } from './scripted-endpoint.ts'

const opened: { close(): void }[] = []
afterEach(() => {
  for (const endpoint of opened.splice(0)) endpoint.close()
})

async function clientOf(reply: Reply, options: Partial<LlmClientOptions> = {}) {
  const endpoint = await scriptedEndpoint(reply)
  opened.push(endpoint)
  const recorded: LlmCall[] = []
  let held = 0
  const client = createLlmClient({
    baseUrl: endpoint.origin,
    model: 'm',
    record: (call) => recorded.push(call),
    withSlot: async (_signal, use) => {
      held += 1
      try {
        return await use()
      } finally {
        held -= 1
      }
    },
    ...options,
  })
  const usage = noUsage(undefined)
  const ask = (signal = new AbortController().signal) =>
    client.complete({
      schemaName: 'profile',
      schema: z.object({ name: z.string() }),
      messages: [{ role: 'user', content: 'x' }],
      maxTokens: 100,
      signal,
      jobId: 'job',
      usage,
    })
  return { ask, calls: endpoint.calls, recorded, usage, held: () => held }
}

const good: Reply = (response) => json(response, 200, completion('{"name":"Elmaq"}'))
const down: Reply = (response) => json(response, 503, { error: { message: 'server busy' } })

test('between two tries no slot is held', async () => {
  const later: Reply = (response) => json(response, 429, { error: 'slow' }, { 'retry-after': '1' })
  const { ask, calls, held } = await clientOf(
    (response, call, index) => (index === 0 ? later : good)(response, call, index),
    { retryForMs: 20_000 },
  )
  const asked = ask()
  await until('the first answer', () => calls.length === 1 && held() === 0)
  expect(calls).toHaveLength(1)
  expect((await asked).value).toEqual({ name: 'Elmaq' })
})

test('when its time is over, the failure goes to the queue with all that was used', async () => {
  const { ask, calls, recorded, usage } = await clientOf(down, { retryForMs: 600 })
  await expect(ask()).rejects.toMatchObject({ code: 'LLM_UNAVAILABLE' })
  expect(calls.length).toBeGreaterThanOrEqual(2)
  expect(calls.length).toBeLessThanOrEqual(5)
  expect(usage).toMatchObject({ calls: calls.length, tokensIn: 0, tokensOut: 0 })
  expect(usage.latencyMs).toBeGreaterThan(0)
  expect(recorded).toHaveLength(calls.length)
  expect(recorded.every((call) => call.isFailed && call.jobId === 'job' && call.model === 'm')).toBe(true)
})

test('an abort ends the wait with its own reason', async () => {
  const abort = new AbortController()
  const { ask, calls, held } = await clientOf(
    (response) => json(response, 429, { error: 'slow' }, { 'retry-after': '30' }),
    { retryForMs: 60_000 },
  )
  const asked = ask(abort.signal)
  asked.catch(() => {})
  await until('the wait', () => calls.length === 1 && held() === 0)
  const reason = new Error('cancelled')
  abort.abort(reason)
  await expect(asked).rejects.toBe(reason)
  expect(calls).toHaveLength(1)
})

test('an answer that could not be used has cost what it cost', async () => {
  const { ask, usage, recorded } = await clientOf((response) => json(response, 200, completion('No.')), {
    prices: { inPerMillion: 2, outPerMillion: 10 },
  })
  await expect(ask()).rejects.toMatchObject({ code: 'LLM_ANSWER_INVALID' })
  expect(usage).toMatchObject({ calls: 2, tokensIn: 20, tokensOut: 10, cost: expect.closeTo(0.000_14, 12) })
  expect(recorded.map(({ isFailed, cost }) => [isFailed, cost])).toEqual([
    [false, expect.closeTo(0.000_07, 12)],
    [false, expect.closeTo(0.000_07, 12)],
  ])
})

test('without prices there is no cost, and a server that does not count is counted roughly', async () => {
  const { ask } = await clientOf((response) =>
    json(response, 200, { ...completion('{"name":"Elmaq"}'), usage: undefined }),
  )
  const { usage } = await ask()
  expect(usage).not.toHaveProperty('cost')
  expect(usage).toMatchObject({ tokensIn: 1, tokensOut: 4 })
})
