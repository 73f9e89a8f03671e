import { connect, queueSession } from '../../src/db/connect.ts'
import type { Services } from '../../src/kinds/services.ts'
import { createLog } from '../../src/log.ts'
import { logTheEnd, onStopSignal } from '../../src/main/process.ts'
import { createHints } from '../../src/queue/hints.ts'
import type { Pace } from '../../src/worker/pace.ts'
import { startWorker } from '../../src/worker/worker.ts'
import { chaosKind } from './chaos-kind.ts'

export type ChaosWorkerSettings = {
  url: string
  slots: number
  batchSize: number
  drainMs: number
  timeoutSeconds: number
  logLevel: string
  pace?: Pace | undefined
}

// A process: `node test/chaos/chaos-worker.ts '<settings>'`. What src/main/worker.ts does, for the chaos kind.
const settings = JSON.parse(process.argv[2] ?? '') as ChaosWorkerSettings
const log = createLog(settings.logLevel, { process: 'chaos worker' })
logTheEnd(log)
// From the first moment on, as in production: a signal may come while the worker still starts.
const started = Promise.withResolvers<() => Promise<void>>()
onStopSignal(async () => (await started.promise)())
const { pool, isPooled } = await connect(
  { url: settings.url, name: 'sonda chaos worker', poolSize: () => 6, session: queueSession },
  { patienceMs: 60_000, onRetry: (error) => log.warn({ error: error.message }, 'database not reached') },
)
const worker = await startWorker({
  pool,
  isPooled,
  hints: createHints(pool, isPooled),
  kind: chaosKind(),
  services: async () => ({}) as Services,
  slots: settings.slots,
  batchSize: settings.batchSize,
  timeoutSeconds: settings.timeoutSeconds,
  ...(settings.pace ? { pace: settings.pace } : {}),
  log,
})
process.send?.({ ready: worker.id() })

started.resolve(async () => {
  await worker.stop(settings.drainMs)
  await pool.end({ timeout: 1 }).catch(() => {})
  process.exit(0)
})
