// First: what the other modules leave behind as they are loaded would make the heap grow, and it stays so.
import './keep-heap-small.ts'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import { createApp } from '../api/app.ts'
import { createApiServer } from '../api/server.ts'
import { isRetryable } from '../db/connect.ts'
import { startHousekeeping } from '../housekeeping/start-housekeeping.ts'
import { kinds } from '../kinds/registry.ts'
import { foldBatches } from '../queue/batches.ts'
import { createHints } from '../queue/hints.ts'
import { every } from '../queue/rounds.ts'
import { listenFailure } from './listen-failure.ts'
import { configOrExit, connectOrExit, logOf, logTheEnd, onStopSignal, waitForMigrations } from './process.ts'
import { userAgent } from './user-agent.ts'

/** Requests under way may take this long to end. */
const drainMs = 5_000
/** How soon it shows that a batch has ended. */
const foldMs = 1_000
/** A burst after a quiet hour finds its connections open: opening four took half of the time of forty requests. */
const idleSeconds = 3_600
const warmConnections = 4
/** Connections that wait to be taken: thousands may come at once. The system has a limit of its own (4,096 on Linux). */
const backlog = 4_096

const config = configOrExit()
const log = logOf(config, { process: 'api' })
logTheEnd(log)
log.info({}, 'process starting')
const starting = new AbortController()
let stopNow = (_why: string): void => starting.abort()
onStopSignal((why) => stopNow(why))
const database = await connectOrExit(config, 'api', log, { signal: starting.signal, idleSeconds })
await waitForMigrations(database, log, starting.signal)
const { pool, isPooled } = database
const warm = Array.from({ length: Math.min(warmConnections, database.poolSize - 1) }, () => pool`select 1`)
await Promise.all(warm).catch(() => {}) // what is asked next says that the database is gone

/** Whoever waits for a job is answered when it fires. */
const draining = new AbortController()
const app = createApp(
  {
    pool,
    hints: createHints(pool, isPooled),
    kinds,
    callbackHosts: config.CALLBACK_ALLOW_HOSTS,
    llm: config.LLM_URL ? { budgetDaily: config.LLM_BUDGET_DAILY } : undefined,
    log,
    stopping: draining.signal,
  },
  {
    tokens: config.API_ACCESS_TOKEN,
    allowAnonymous: config.ALLOW_ANONYMOUS,
    corsOrigins: config.CORS_ORIGINS,
    remoteAddress: (c) => (c.env as HttpBindings).incoming.socket.remoteAddress,
  },
)
const server = createApiServer(app)
server.listen(config.PORT, config.HOST, backlog, () => {
  const { port } = server.address() as AddressInfo
  log.info({ host: config.HOST, port }, 'listening')
  process.send?.({ listening: port })
})
server.on('error', (error: NodeJS.ErrnoException) => {
  log.error({ host: config.HOST, port: config.PORT }, `process going down: ${listenFailure(error, config)}`)
  process.exit(1)
})

const housekeeping = startHousekeeping({
  databaseUrl: config.DATABASE_URL!,
  pool,
  isPooled,
  retention: {
    completedDays: config.RETAIN_COMPLETED_DAYS,
    failedDays: config.RETAIN_FAILED_DAYS,
    cancelledDays: config.RETAIN_FAILED_DAYS,
  },
  searchCacheDays: config.SEARCH_CACHE_DAYS,
  callbacks: { allowHosts: config.CALLBACK_ALLOW_HOSTS, secrets: config.CALLBACK_SECRET, userAgent },
  log,
})

const stopFolding = every(
  foldMs,
  async function foldRound() {
    await foldBatches(pool).catch((error: Error) => {
      if (!isRetryable(error)) log.warn({ error: error.message }, 'batches could not be brought up to date')
    })
  },
  log,
)

async function stop(why: string) {
  log.info({ why }, 'stopping')
  stopFolding()
  const closed = new Promise((resolve) => server.close(resolve))
  draining.abort()
  await Promise.race([closed, wait(drainMs)])
  await Promise.race([housekeeping.stop(), wait(drainMs)])
  await pool.end({ timeout: 1 }).catch(() => {})
  log.info({ why }, 'process going down: stopped')
  process.exit(0)
}

stopNow = (why) => void stop(why)
if (starting.signal.aborted) stopNow('stopped while starting')
