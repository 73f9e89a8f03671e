import { setTimeout as wait } from 'node:timers/promises'
import { Logger, parseCronItems, run } from 'graphile-worker'
import pg from 'pg'
import type { Pool } from '../db/connect.ts'
import type { Log } from '../log.ts'
import { forget, type Retention } from '../queue/forget.ts'
import { forgetSearchAnswers } from './forget-search-answers.ts'

/** It does little and seldom: one task at a time, and one connection more to wait for the next. */
const connections = 2
const firstRestartMs = 5_000
const mostRestartMs = 5 * 60_000

export type Housekeeping = { stop(): Promise<void> }

/**
 * Runs what surrounds the queue, on graphile-worker: cron tasks, each once at its time however many processes do this.
 * Its runner is supervised: when it ends for whatever reason, it is started again.
 *
 * - `forget`, hourly: deletes ended jobs that are older than their retention.
 * - `forget_search_answers`, hourly: deletes the answers of search providers that are too old to be used.
 */
export function startHousekeeping({
  databaseUrl,
  pool,
  isPooled,
  retention,
  searchCacheDays,
  log,
}: {
  databaseUrl: string
  pool: Pool
  isPooled: boolean
  retention: Retention
  searchCacheDays: number
  log: Log
}): Housekeeping {
  const stopping = new AbortController()
  const pgPool = createPool(databaseUrl)
  const options = {
    pgPool,
    concurrency: 1,
    noHandleSignals: true,
    noPreparedStatements: isPooled,
    logger: loggerTo(log),
    parsedCronItems: parseCronItems([
      { task: 'forget', match: '17 * * * *', options: { maxAttempts: 3 } },
      { task: 'forget_search_answers', match: '47 * * * *', options: { maxAttempts: 3 } },
    ]),
    taskList: {
      async forget() {
        const forgotten = await forget(pool, retention, new Date(), stopping.signal)
        if (forgotten > 0) log.info({ forgotten }, 'old jobs deleted')
      },
      async forget_search_answers() {
        const forgotten = await forgetSearchAnswers(pool, searchCacheDays, stopping.signal)
        if (forgotten > 0) log.info({ forgotten }, 'old search answers deleted')
      },
    },
  }

  async function supervise() {
    for (let delayMs = firstRestartMs; ; delayMs = Math.min(delayMs * 2, mostRestartMs)) {
      try {
        const runner = await run(options)
        const onStop = () => void runner.stop().catch(() => {})
        stopping.signal.addEventListener('abort', onStop, { once: true })
        if (stopping.signal.aborted) onStop()
        await runner.promise
      } catch (error) {
        log.warn({ error: (error as Error).message }, 'housekeeping ended with an error')
      }
      if (stopping.signal.aborted) return
      log.warn({ againInMs: delayMs }, 'housekeeping ended; starting it again')
      await wait(delayMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
    }
  }

  const ended = supervise()
  return {
    async stop() {
      stopping.abort()
      await ended
      await pgPool.end().catch(() => {})
    },
  }
}

/**
 * A pool whose lost connections end nothing. pg tells of one through an event that ends the process unless somebody
 * listens, and between a client's release and its next use the pool itself does not (seen when backends were terminated).
 */
function createPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: connections, application_name: 'sonda housekeeping' })
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
  return pool
}

const loggerTo = (log: Log) =>
  new Logger(() => (level, message) => {
    if (level === 'error') log.error({}, `housekeeping: ${message}`)
    else if (level === 'warning') log.warn({}, `housekeeping: ${message}`)
    else log.debug({}, `housekeeping: ${message}`)
  })
