// A worker process with the default slots whose jobs are one question each, asked with the client, the slots and the cap
// that production has.

import { once } from 'node:events'
import { z } from 'zod'
import { connect, queueSession } from '../../dist/db/connect.js'
import { createLlmClient } from '../../dist/llm/client.js'
import { createSlots } from '../../dist/llm/slots.js'
import { createWithSlot } from '../../dist/llm/with-slot.js'
import { createLog } from '../../dist/log.js'
import { createHints } from '../../dist/queue/hints.js'
import { startWorker } from '../../dist/worker/worker.js'
import { questionKind } from './question-kind.mjs'

const [{ url, baseUrls, cap }] = await once(process, 'message')
const { pool, isPooled } = await connect({ url, name: 'bench worker', poolSize: () => 10, session: queueSession })
const log = createLog('info', {})
const endpoints = baseUrls.map((baseUrl) => ({ baseUrl }))
await startWorker({
  pool,
  isPooled,
  hints: createHints(pool, isPooled),
  kind: questionKind(async ({ signal, services: { llm } }) => {
    const messages = [{ role: 'user', content: 'n' }]
    await llm.complete({ schemaName: 'n', schema: z.object({ n: z.number() }), messages, maxTokens: 10, signal })
  }),
  async services(workerId) {
    const places = baseUrls.map((provider) => ({ provider, cap }))
    const withSlot = createWithSlot(await createSlots({ pool, endpoints: places, workerId, log }), endpoints)
    const llm = createLlmClient({ baseUrl: baseUrls[0], endpoints, model: 'm', retryForMs: 60_000, withSlot, log })
    return { llm }
  },
  slots: 16,
  batchSize: 10,
  log,
})
process.send({ isReady: true })
