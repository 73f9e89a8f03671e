import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { jsonBodyWithin } from '../../../src/api/request/json-body.ts'

const app = new Hono().post('/', jsonBodyWithin(40), (c) => c.json({ took: c.var.json }))

/** A body of which `text` comes, and then nothing more. */
const stalled = (text: string) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(Buffer.from(text))
    },
    pull: () => new Promise<void>(() => {}),
  })

test.each([{ 'content-length': '40' }, {}])(
  'a body that does not come is not the fault of the database: %j',
  async (length) => {
    const headers = { 'content-type': 'application/json', ...length }
    const answer = await app.request('/', {
      method: 'POST',
      headers,
      body: stalled('{"cnpj":'),
      duplex: 'half',
    } as RequestInit)
    expect(answer.status).toBe(408)
    expect(answer.headers.get('connection')).toBe('close')
    expect(await answer.json()).toMatchObject({ code: 'REQUEST_TIMEOUT', detail: expect.stringContaining('0.04 s') })
  },
)
