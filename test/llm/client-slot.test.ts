import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import type { Failure } from '../../src/errors.ts'
import { createLlmClient } from '../../src/llm/client.ts'
import { completion, json, type Reply, scriptedEndpoint } from './scripted-endpoint.ts'

const schema = z.object({ name: z.string() })

const opened: { close(): void }[] = []
afterEach(() => {
  for (const endpoint of opened.splice(0)) endpoint.close()
})

/** A client whose slots and calls are written down in the order in which they happened. */
async function recorded(reply: Reply, signal = new AbortController().signal) {
  const events: string[] = []
  const endpoint = await scriptedEndpoint((response, call, index) => {
    events.push('call')
    reply(response, call, index)
  })
  opened.push(endpoint)
  const client = createLlmClient({
    baseUrl: endpoint.origin,
    model: 'm',
    withSlot: async (slotSignal, use) => {
      expect(slotSignal).toBe(signal)
      events.push('taken')
      try {
        return await use()
      } catch (error) {
        events.push((error as Failure).code ?? (error as Error).message)
        throw error
      } finally {
        events.push('freed')
      }
    },
  })
  const messages = [{ role: 'user' as const, content: 'x' }]
  const ask = () => client.complete({ schemaName: 'profile', schema, messages, maxTokens: 100, signal })
  return { ask, events }
}

test('every call has a slot of its own: ladder, truncation and repair free it in between', async () => {
  const replies: Reply[] = [
    (response) => json(response, 400, { error: 'response_format is not supported' }),
    (response) => json(response, 200, completion('{"na', { finish_reason: 'length' })),
    (response) => json(response, 200, completion('no')),
    (response) => json(response, 200, completion('{"name":"Elmaq"}')),
  ]
  const { ask, events } = await recorded((response, call, index) => replies[index]?.(response, call, index))
  expect((await ask()).usage.calls).toBe(4)
  expect(events).toEqual(Array.from({ length: 4 }, () => ['taken', 'call', 'freed']).flat())
})

test('the failure of a call passes through its slot, so that a limit can follow it', async () => {
  const { ask, events } = await recorded((response) => json(response, 429, { error: { message: 'slow down' } }))
  await expect(ask()).rejects.toMatchObject({ code: 'LLM_RATE_LIMITED' })
  expect(events).toEqual(['taken', 'call', 'LLM_RATE_LIMITED', 'freed'])
})

test('without a slot there is no call, and what refused the slot is what the caller gets', async () => {
  const endpoint = await scriptedEndpoint((response) => json(response, 200, completion('{"name":"Elmaq"}')))
  opened.push(endpoint)
  const noSlot = new Error('no slot')
  const client = createLlmClient({ baseUrl: endpoint.origin, model: 'm', withSlot: () => Promise.reject(noSlot) })
  const signal = new AbortController().signal
  await expect(client.complete({ schemaName: 'profile', schema, messages: [], maxTokens: 1, signal })).rejects.toBe(
    noSlot,
  )
  expect(endpoint.calls).toEqual([])
})

test("the caller's abort closes the connection, frees the slot, and ends with the caller's own reason", async () => {
  const abort = new AbortController()
  const reason = new Error('cancelled')
  const closed = Promise.withResolvers<void>()
  const { ask, events } = await recorded((response) => {
    response.on('close', closed.resolve)
    abort.abort(reason)
  }, abort.signal)
  await expect(ask()).rejects.toBe(reason)
  await closed.promise
  expect(events).toEqual(['taken', 'call', 'cancelled', 'freed'])
})

test('an aborted signal makes no call at all', async () => {
  const reason = new Error('cancelled')
  const { ask, events } = await recorded(() => {}, AbortSignal.abort(reason))
  await expect(ask()).rejects.toBe(reason)
  expect(events).not.toContain('call')
})
