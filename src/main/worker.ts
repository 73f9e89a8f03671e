import './keep-heap-small.ts'
import { constants, setPriority } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { queueSession } from '../db/connect.ts'
import { kinds } from '../kinds/registry.ts'
import { watchBudget } from '../llm/budget.ts'
import { createHints } from '../queue/hints.ts'
import { startWorker } from '../worker/worker.ts'
import { configOrExit, connectOrExit, logOf, logTheEnd, onStopSignal, waitForMigrations } from './process.ts'
import { runItsJobs } from './supervise.ts'

/** The browser may take this long to go; what is left of it then ends with this process. */
const closeGraceMs = 3_000

// Where workers and the API share a machine, requests are answered first. Alone, it changes nothing.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
const config = configOrExit()
const kind = kinds.find(({ name }) => name === process.argv[2])
if (!kind) {
  console.error(`sonda: say which kind of worker: node dist/main/worker.js ${kinds.map(({ name }) => name).join('|')}`)
  process.exit(1)
}
const log = logOf(config, { process: `${kind.name} worker` })
logTheEnd(log)
log.info({}, 'process starting')
const starting = new AbortController()
let stopNow = (_why: string): void => starting.abort()
onStopSignal((why) => stopNow(why))
const database = await connectOrExit(config, `${kind.name} worker`, log, {
  session: queueSession,
  signal: starting.signal,
})
await waitForMigrations(database, log, starting.signal)
const { pool, isPooled } = database

const slots = { discovery: config.DISCOVERY_SLOTS, profile: config.PROFILE_SLOTS }[kind.name] ?? config.CLAIM_BATCH_SIZE
/** Empty until the first job needs services. */
const closings: (() => Promise<void>)[] = []
const daily = config.LLM_URL && kind.waitsForBudget ? config.LLM_BUDGET_DAILY : undefined
const budget = daily === undefined ? undefined : await watchBudget({ pool, daily, log })
const worker = await startWorker({
  pool,
  isPooled,
  hints: createHints(pool, isPooled),
  kind,
  async services(workerId) {
    const { createServices } = await import('./services.ts')
    const { services, close } = await createServices(config, pool, workerId, log)
    closings.push(close)
    return services
  },
  slots,
  batchSize: config.CLAIM_BATCH_SIZE,
  mayClaim: () => !budget?.isSpent(),
  timeoutSeconds: config.JOB_TIMEOUT_SECONDS,
  maxJobs: config.WORKER_MAX_JOBS,
  memoryLimitMb: config.WORKER_MEMORY_LIMIT_MB,
  // Nobody waits for this process to be gone: its jobs may take the time they are allowed.
  onWornOut: (why, by) => {
    if (by === 'jobs') process.send?.(runItsJobs)
    void stop(`worn out: ${why}`, config.JOB_TIMEOUT_SECONDS ?? kind.timeoutSeconds)
  },
  log,
})
process.send?.({ ready: worker.id() })

async function stop(why: string, drainSeconds: number) {
  log.info({ why }, 'stopping')
  await worker.stop(drainSeconds * 1000)
  budget?.stop()
  const closed = Promise.allSettled(closings.map((close) => close()))
  await Promise.race([closed, wait(closeGraceMs)])
  await pool.end({ timeout: 1 }).catch(() => {})
  log.info({ why }, 'process going down: stopped')
  process.exit(0)
}

stopNow = (why) => void stop(why, config.DRAIN_SECONDS)
if (starting.signal.aborted) stopNow('stopped while starting')
