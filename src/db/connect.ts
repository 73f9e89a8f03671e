import { setTimeout as wait } from 'node:timers/promises'
import type Postgres from 'postgres'
import { postgres } from './driver.ts'

/** A connection pool, or a transaction: the same calls work on both, so a function that takes one takes the other. */
export type Sql = Postgres.ISql
/** A pool: it can also begin transactions and listen. */
export type Pool = Postgres.Sql

export type Database = {
  pool: Pool
  /** Behind a transaction pooler there are no prepared statements and no notifications. */
  isPooled: boolean
  /** The most connections that the pool opens. */
  poolSize: number
}

export type ConnectOptions = {
  url: string
  /** What the connections are called in `pg_stat_activity`. */
  name: string
  /** The most connections at once, given the server's limit. They are opened when needed and closed when idle. */
  poolSize(maxConnections: number): number
  /** Settings of every connection; a transaction pooler would refuse them, so behind one they are left out. */
  session?: Record<string, string>
  /** How long a connection that nobody uses is kept; 10 unless told. */
  idleSeconds?: number
}

/** How long to wait for a database that is not there yet; `signal` ends the waiting. */
export type ConnectPatience = { patienceMs?: number; onRetry?(error: Error): void; signal?: AbortSignal }

/**
 * Session settings for a pool that does little but run the queue's statements, again and again.
 *
 * One plan for all (planning anew cost 0.37 ms of 1.3 ms a claim, measured), and never one that reads the whole table:
 * on a new database the planner believes that to be cheapest, and keeps the plan while the table grows.
 */
export const queueSession = { plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off', jit: 'off' }

const options = (name: string, session: Record<string, string> = {}, idleSeconds = 10) => ({
  connection: { application_name: name, ...session },
  connect_timeout: 10,
  idle_timeout: idleSeconds,
  // In seconds. The default grows to 20, which is how long a request would wait after an outage is over.
  backoff: () => 0.25 + Math.random() / 4,
  onnotice: () => {},
})

/**
 * Connects, waiting for the database up to `patienceMs` (a container's database may start after us).
 *
 * A transaction pooler is found out by its own trick: it answers the start-up with a process id of its own making,
 * which is not the one that the server reports. Behind one, postgres.js must not prepare statements (it hangs), and
 * LISTEN delivers nothing.
 *
 * @throws the last connection error when the patience is over, or at once when waiting would not help (password, name).
 */
export async function connect(
  { url, name, poolSize, session = {}, idleSeconds }: ConnectOptions,
  { patienceMs = 0, onRetry = () => {}, signal }: ConnectPatience = {},
): Promise<Database> {
  const deadline = Date.now() + patienceMs
  for (let delayMs = 200; ; delayMs = Math.min(delayMs * 2, 3000)) {
    const probe = postgres(url, { ...options(name), max: 1, prepare: false })
    try {
      const rows = await probe.unsafe<{ pid: number; max: number }[]>(
        `select pg_backend_pid() as pid, current_setting('max_connections')::int as max`,
      )
      const told = (rows as unknown as { state: { pid: number } }).state.pid
      const isPooled = rows[0]!.pid !== told
      const size = poolSize(rows[0]!.max)
      // LISTEN takes a connection of its own, beside the pool's.
      const max = isPooled ? size : Math.max(1, size - 1)
      return {
        pool: postgres(url, { ...options(name, isPooled ? {} : session, idleSeconds), max, prepare: !isPooled }),
        isPooled,
        poolSize: size,
      }
    } catch (error) {
      if (!isConnectionError(error) || Date.now() + delayMs > deadline) throw error
      onRetry(error as Error)
      await wait(delayMs, undefined, { signal })
    } finally {
      await probe.end({ timeout: 1 }).catch(() => {})
    }
  }
}

const transientCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/**
 * Whether an error says that the database could not be reached or went away, rather than that it refused what was asked.
 * SQLSTATE classes: 08 connection, 53 resources (too many connections, disk full), 57P shutdown and start-up, and
 * 25006 (a read-only standby during a failover).
 */
export function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code !== 'string') return false
  return transientCodes.has(code) || /^(08...|53...|57P0[1-5]|25006)$/.test(code)
}

/** Also a deadlock, a serialisation failure, or a lock waited for too long: sent again, the same statement succeeds. */
export const isRetryable = (error: unknown): boolean =>
  isConnectionError(error) ||
  ['40001', '40P01', '55P03', '57014'].includes((error as { code?: string } | null)?.code ?? '')
