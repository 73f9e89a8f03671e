import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { openUpload } from '../../../../src/api/batch/intake/upload.ts'

test('an upload that stands still is given up in the time that the answer names, and not waited for again', async () => {
  const idleMs = 1_000
  const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(Buffer.from('cnpj\n')) })
  const app = new Hono().post('/', async (c) => {
    const upload = openUpload(c, { bytes: 1_000, idleMs })
    const startMs = performance.now()
    const readAll = async () => {
      for await (const _piece of upload.pieces()) {
      }
    }
    const failure = await readAll().catch((error: Error) => error)
    const failedMs = performance.now()
    await upload.drop()
    return c.json([String(failure), failedMs - startMs >= idleMs * 0.9, performance.now() - failedMs < idleMs / 2])
  })
  const answer = await app.request('/', { method: 'POST', body, duplex: 'half' } as RequestInit)
  expect(await answer.json()).toEqual([expect.stringMatching(/durante 1 s;/), true, true])
})
