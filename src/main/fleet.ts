import { startEmbeddedPostgres } from '../db/embedded-postgres.ts'
import { launchFleet } from './launch-fleet.ts'
import { configOrExit, logOf, logTheEnd, onStopSignal } from './process.ts'

const config = configOrExit()
const log = logOf(config, { process: 'fleet' })
logTheEnd(log)

let isStopping = false
const starting = start()
onStopSignal(async (why) => {
  isStopping = true
  log.info({ why }, 'stopping: jobs may finish, the rest goes back to the queue')
  const fleet = await starting
  await fleet.stop()
  log.info({}, 'process going down: stopped')
  process.exit(0)
})
const { port } = await starting
if (!isStopping) {
  log.info({ port, workers: config.N_WORKERS }, 'fleet is up')
  console.log(`\n  Sonda is at http://localhost:${port}   (Ctrl-C stops it)\n`)
}

async function start() {
  try {
    const database = config.DATABASE_URL
      ? { url: config.DATABASE_URL, stop: async () => {} }
      : await startEmbeddedPostgres({ dir: '.sonda', log })
    return await launchFleet({ config, env: process.env, database, log })
  } catch (error) {
    log.error({ error: (error as Error).message }, 'process going down')
    process.exit(1)
  }
}
