import { setTimeout as wait } from 'node:timers/promises'
import { type JobHelpers, Logger, parseCronItems, run } from 'graphile-worker'
import pg from 'pg'
import type { Pool } from '../db/connect.ts'
import type { Log } from '../log.ts'
import { mendCallbacks } from '../queue/callbacks.ts'
import { forget, type Retention } from '../queue/forget.ts'
import { deliverCallback, NotDelivered } from './deliver-callback.ts'
import { forgetIdempotencyKeys } from './forget-idempotency-keys.ts'
import { forgetSearchAnswers } from './forget-search-answers.ts'
import { createHostPlaces } from './host-places.ts'
import { type CallbackOptions, createSendCallback } from './send-callback.ts'

/** Callbacks mostly wait for their receivers. */
const concurrency = 8
const hostLimits = { perHost: 2, ofSlowHosts: 4, ofDoubtfulHosts: 6 }
/** One waits for notifications. Tasks use the queue's own pool; these only say what is next and what has ended. */
const connections = 3
/** What is due later, a callback's next try, is looked for so often by each place that is free. */
const pollMs = 3_000
/** Cron tasks pass callbacks. */
const cronPriority = -1
/** At the end, callbacks under way have so long; the rest is tried again. */
const drainMs = 3_000
/** A try of a callback takes far less: a place that has one for longer is dead's. */
const silentSeconds = 90
const firstRestartMs = 5_000
const mostRestartMs = 5 * 60_000

export type Housekeeping = { stop(): Promise<void> }

/**
 * Runs what surrounds the queue, on graphile-worker: cron tasks, each once at its time however many processes do this.
 * Its runner is supervised: when it ends for whatever reason, it is started again.
 *
 * - `forget`, hourly: deletes ended jobs that are older than their retention.
 * - `forget_idempotency_keys`, hourly: deletes the keys of requests that are older than seven days.
 * - `forget_search_answers`, hourly: deletes the answers of search providers that are too old to be used.
 * - `send_callback`, queued in the transaction that ends a job: one try of a callback.
 * - `mend_callbacks`, once a minute: what of them was lost with a process, or could not be queued.
 */
export function startHousekeeping({
  databaseUrl,
  pool,
  isPooled,
  retention,
  searchCacheDays,
  callbacks,
  log,
}: {
  databaseUrl: string
  pool: Pool
  isPooled: boolean
  retention: Retention
  searchCacheDays: number
  callbacks: CallbackOptions
  log: Log
}): Housekeeping {
  const stopping = new AbortController()
  const pgPool = createPool(databaseUrl)
  const send = createSendCallback(callbacks)
  const cronOptions = { maxAttempts: 3, priority: cronPriority }
  const options = {
    pgPool,
    concurrency,
    pollInterval: pollMs,
    gracefulShutdownAbortTimeout: drainMs,
    noHandleSignals: true,
    noPreparedStatements: isPooled,
    logger: loggerTo(log),
    parsedCronItems: parseCronItems([
      { task: 'forget', match: '17 * * * *', options: cronOptions },
      { task: 'forget_idempotency_keys', match: '37 * * * *', options: cronOptions },
      { task: 'forget_search_answers', match: '47 * * * *', options: cronOptions },
      { task: 'mend_callbacks', match: '* * * * *', options: cronOptions },
    ]),
    taskList: {
      async forget() {
        const forgotten = await forget(pool, retention, new Date(), stopping.signal)
        if (forgotten > 0) log.info({ forgotten }, 'old jobs deleted')
      },
      async forget_idempotency_keys() {
        const forgotten = await forgetIdempotencyKeys(pool, stopping.signal)
        if (forgotten > 0) log.info({ forgotten }, 'old idempotency keys deleted')
      },
      async forget_search_answers() {
        const forgotten = await forgetSearchAnswers(pool, searchCacheDays, stopping.signal)
        if (forgotten > 0) log.info({ forgotten }, 'old search answers deleted')
      },
      async send_callback(payload: unknown, { job, abortSignal }: JobHelpers) {
        const { delivery_id: deliveryId } = payload as { delivery_id: string }
        await deliverCallback({ sql: pool, send, log }, deliveryId, job, abortSignal)
      },
      async mend_callbacks() {
        await mendCallbacks(pool, silentSeconds)
      },
    },
  }

  async function supervise() {
    for (let delayMs = firstRestartMs; ; delayMs = Math.min(delayMs * 2, mostRestartMs)) {
      try {
        const runner = await run({ ...options, ...createHostPlaces(hostLimits) })
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
  new Logger(() => (level, message, meta) => {
    // A receiver that does not answer is no fault of ours, and deliverCallback has told of it. Places mostly wait for
    // receivers, without a connection.
    const isKnown = meta?.error instanceof NotDelivered || /maxPoolSize/.test(message)
    if (isKnown) log.debug({}, `housekeeping: ${message.split('\n')[0]}`)
    else if (level === 'error') log.error({}, `housekeeping: ${message}`)
    else if (level === 'warning') log.warn({}, `housekeeping: ${message}`)
    else log.debug({}, `housekeeping: ${message}`)
  })
