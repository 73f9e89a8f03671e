import { z } from 'zod'
import { connect, queueSession } from '../../src/db/connect.ts'
import type { Services } from '../../src/kinds/services.ts'
import { createLlmClient } from '../../src/llm/client.ts'
import { createSlots } from '../../src/llm/slots.ts'
import { createWithSlot } from '../../src/llm/with-slot.ts'
import { createLog } from '../../src/log.ts'
import { onStopSignal } from '../../src/main/process.ts'
import { createHints } from '../../src/queue/hints.ts'
import { startWorker } from '../../src/worker/worker.ts'
import { quickPace } from '../chaos/fleet.ts'
import { testKind } from '../support/kinds.ts'

export type SlotWorkerSettings = { url: string; baseUrl: string; cap: number }

// A process: `node test/llm/slot-worker.ts '<settings>'`. A worker whose jobs ask one endpoint one question each.
const { url, baseUrl, cap } = JSON.parse(process.argv[2] ?? '') as SlotWorkerSettings
const log = createLog('info', { process: 'slot worker' })
const { pool, isPooled } = await connect({ url, name: 'slot worker', poolSize: () => 5, session: queueSession })
const worker = await startWorker({
  pool,
  isPooled,
  hints: createHints(pool, isPooled),
  kind: testKind(async ({ n }, { signal, services }) => {
    const messages = [{ role: 'user' as const, content: String(n) }]
    const schema = z.object({ name: z.string() })
    await services.llm!.complete({ schemaName: 'n', schema, messages, maxTokens: 10, signal })
    return { result: { n } }
  }),
  async services(workerId) {
    const slots = await createSlots({ pool, endpoints: [{ provider: baseUrl, cap }], workerId, log })
    const withSlot = createWithSlot(slots, [{ baseUrl }])
    return { llm: createLlmClient({ baseUrl, model: 'm', retryForMs: 20_000, withSlot, log }) } as Services
  },
  slots: 8,
  batchSize: 8,
  pace: quickPace,
  log,
})
process.send?.({ ready: worker.id() })

onStopSignal(async () => {
  await worker.stop(5_000)
  await pool.end({ timeout: 1 })
  process.exit(0)
})
