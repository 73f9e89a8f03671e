import { connect, queueSession } from '../../dist/db/connect.js'
import { createLog } from '../../dist/log.js'
import { createHints } from '../../dist/queue/hints.js'
import { startWorker } from '../../dist/worker/worker.js'

/** The connections of a process in a fleet of this benchmark; `npm start` gives up to 20. */
const poolSize = () => 10

/** A worker as src/main/worker.ts starts it, but for the kind, which comes from here instead of from the registry. */
export async function startWorkerOn({ url, kind, slots, batchSize, logLevel = 'info' }) {
  const { pool, isPooled } = await connect({ url, name: 'bench worker', poolSize, session: queueSession })
  const log = createLog(logLevel, { process: `${kind.name} worker` })
  const hints = createHints(pool, isPooled)
  const services = async () => ({})
  const worker = await startWorker({ pool, isPooled, hints, kind, services, slots, batchSize, log })
  return {
    async stop() {
      await worker.stop(5_000)
      await pool.end({ timeout: 1 })
    },
  }
}
