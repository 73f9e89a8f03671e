import { startEmbeddedPostgres } from '../db/embedded-postgres.ts'
import { type Fleet, type FleetDatabase, launchFleet } from './launch-fleet.ts'
import { configOrExit, logOf, logTheEnd, onStopSignal } from './process.ts'

const config = configOrExit()
const log = logOf(config, { process: 'fleet' })
logTheEnd(log)

const starting = new AbortController()
let database: FleetDatabase | undefined
let fleet: Fleet | undefined
onStopSignal(
  async (why) => {
    log.info({ why }, 'stopping: jobs may finish, the rest goes back to the queue')
    starting.abort()
    await started.catch(() => {})
    await fleet?.stop()
    await database?.stop()
    log.info({}, 'process going down: stopped')
    process.exit(0)
  },
  async () => {
    log.warn({}, 'stopping at once: what runs goes back to the queue when others miss it')
    fleet?.kill()
    await database?.stop('immediate')
    process.exit(1)
  },
)
const started = start()
try {
  await started
} catch (error) {
  if (!starting.signal.aborted) {
    log.error({ error: (error as Error).message }, 'process going down')
    await database?.stop()
    process.exit(1)
  }
}

async function start() {
  database = config.DATABASE_URL
    ? { url: config.DATABASE_URL, stop: async () => {} }
    : await startEmbeddedPostgres({ dir: '.sonda', log, signal: starting.signal })
  fleet = await launchFleet({ config, env: process.env, database, log, signal: starting.signal })
  log.info({ port: fleet.port, workers: config.N_WORKERS }, 'fleet is up')
  console.log(`\n  Sonda is at http://localhost:${fleet.port}   (Ctrl-C stops it)\n`)
}
