import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import { createApp } from '../api/app.ts'
import { createApiServer } from '../api/server.ts'
import { startHousekeeping } from '../housekeeping/start-housekeeping.ts'
import { kinds } from '../kinds/registry.ts'
import { createHints } from '../queue/hints.ts'
import { configOrExit, connectOrExit, logOf, logTheEnd, onStopSignal, waitForMigrations } from './process.ts'

/** Requests under way may take this long to end. */
const drainMs = 5_000

const config = configOrExit()
const log = logOf(config, { process: 'api' })
logTheEnd(log)
log.info({}, 'process starting')
const starting = new AbortController()
let stopNow = (_why: string): void => starting.abort()
onStopSignal((why) => stopNow(why))
const database = await connectOrExit(config, 'api', log, { signal: starting.signal })
await waitForMigrations(database, log, starting.signal)
const { pool, isPooled } = database

const app = createApp(
  {
    pool,
    hints: createHints(pool, isPooled),
    kinds,
    llm: config.LLM_URL ? { budgetDaily: config.LLM_BUDGET_DAILY } : undefined,
    log,
  },
  {
    tokens: config.API_ACCESS_TOKEN,
    allowAnonymous: config.ALLOW_ANONYMOUS,
    remoteAddress: (c) => (c.env as HttpBindings).incoming.socket.remoteAddress,
  },
)
const server = createApiServer(app)
server.listen(config.PORT, config.HOST, () => {
  const { port } = server.address() as AddressInfo
  log.info({ host: config.HOST, port }, 'listening')
  process.send?.({ listening: port })
})
server.on('error', (error: NodeJS.ErrnoException) => {
  const hint = error.code === 'EADDRINUSE' ? `port ${config.PORT} is in use; set PORT to another` : error.message
  log.error({ host: config.HOST, port: config.PORT }, `process going down: ${hint}`)
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
  log,
})

async function stop(why: string) {
  log.info({ why }, 'stopping')
  const closed = new Promise((resolve) => server.close(resolve))
  await Promise.race([closed, wait(drainMs)])
  await Promise.race([housekeeping.stop(), wait(drainMs)])
  await pool.end({ timeout: 1 }).catch(() => {})
  log.info({ why }, 'process going down: stopped')
  process.exit(0)
}

stopNow = (why) => void stop(why)
if (starting.signal.aborted) stopNow('stopped while starting')
