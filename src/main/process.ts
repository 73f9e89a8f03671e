import { setTimeout as wait } from 'node:timers/promises'
import { type Config, ConfigError, parseConfig } from '../config.ts'
import { type ConnectOptions, connect, type Database } from '../db/connect.ts'
import { pendingMigrations } from '../db/migrate.ts'
import { createLog, type Log } from '../log.ts'

/** How long a process waits at its start for a database that is not there yet. */
const patienceMs = 60_000
const oldestNode = 24
const migrationsPollMs = 500
/** What the operating system calls a process that ended because of a bad setting, or a cause that the log names. */
const failedExitCode = 1

/** The settings, or a sentence on standard error and the end of the process; the same for a Node that is too old. */
export function configOrExit(env: NodeJS.ProcessEnv = process.env): Config {
  if (Number.parseInt(process.versions.node, 10) < oldestNode) {
    console.error(
      `sonda: this is Node ${process.versions.node}; it needs ${oldestNode}. A checkout has it: node_modules/.bin/node`,
    )
    process.exit(failedExitCode)
  }
  try {
    return parseConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const line of error.message.split('\n')) console.error(`sonda: ${line}`)
    process.exit(failedExitCode)
  }
}

/** Says so in the log when the process goes down for a cause that nothing caught. */
export function logTheEnd(log: Log): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.error({ error: error instanceof Error ? error.stack : String(error) }, `process going down: ${event}`)
      process.exit(failedExitCode)
    })
  }
}

/**
 * Connects to `DATABASE_URL`, waiting up to a minute for it. The pool stays within `DATABASE_POOL_MAX_SIZE`, or within
 * this process's fair share of the server's connections.
 */
export async function connectOrExit(
  config: Config,
  name: string,
  log: Log,
  { signal, ...options }: Pick<ConnectOptions, 'session' | 'idleSeconds'> & { signal?: AbortSignal } = {},
): Promise<Database> {
  const url = config.DATABASE_URL
  if (!url) {
    log.error({}, 'DATABASE_URL is not set; `npm start` brings its own database, a single process needs one')
    process.exit(failedExitCode)
  }
  log.info({ database: withoutPassword(url) }, 'connecting to the database')
  try {
    const wanted = (maxConnections: number) => config.DATABASE_POOL_MAX_SIZE ?? fairShare(config, maxConnections)
    const database = await connect(
      { url, name: `sonda ${name}`, poolSize: wanted, ...options },
      {
        patienceMs,
        onRetry: (error) => log.warn({ error: error.message }, 'database not reached; will try again'),
        signal,
      },
    )
    log.info({ poolSize: database.poolSize, pooler: database.isPooled }, 'connected')
    return database
  } catch (error) {
    if (signal?.aborted) {
      log.info({}, 'process going down: stopped before the database was there')
      process.exit(0)
    }
    log.error({ error: (error as Error).message }, 'process going down: the database cannot be used')
    process.exit(failedExitCode)
  }
}

/** Waits, as for the database itself, until it has the tables of this build: another service may be migrating it. */
export async function waitForMigrations({ pool }: Database, log: Log, signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (let isFirst = true; ; isFirst = false) {
    const missing = await pendingMigrations(pool)
    if (missing.length === 0 || signal?.aborted) return
    if (isFirst) log.warn({ missing }, 'the database is not migrated yet; waiting')
    if (performance.now() > deadline) {
      log.error({ missing }, 'process going down: the database is not migrated. Run: node dist/main/cli.js migrate')
      process.exit(failedExitCode)
    }
    await wait(migrationsPollMs)
  }
}

/** What other programs, and a person with psql, may use. */
const connectionsLeftFree = 10
const mostConnections = 20
const fewestConnections = 2

/** So many connections that the whole fleet of `N_WORKERS` of each kind and the API stays under the server's limit. */
export function fairShare({ N_WORKERS }: Pick<Config, 'N_WORKERS'>, maxConnections: number): number {
  const processes = 2 * N_WORKERS + 1
  const share = Math.floor((maxConnections - connectionsLeftFree) / processes)
  return Math.max(fewestConnections, Math.min(mostConnections, share))
}

const withoutPassword = (url: string): string => {
  const parsed = new URL(url)
  if (parsed.password) parsed.password = '***'
  return parsed.href
}

/** Under `npm start` one Ctrl-C arrives twice, from the terminal and from npm (measured with npm 11). */
const sameSignalMs = 1_000

/**
 * Calls `stop` once at the first SIGTERM, SIGINT or SIGHUP (the terminal was closed), or when the parent that launched
 * this process is gone. A second signal, a second or more later, calls `hurry`, which ends the process at once.
 */
export function onStopSignal(
  stop: (why: string) => void,
  hurry: () => void = () => process.exit(failedExitCode),
): void {
  let isStopping = false
  let firstMs = 0
  const first = (why: string) => {
    if (isStopping) return false
    isStopping = true
    firstMs = performance.now()
    stop(why)
    return true
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!first(signal) && performance.now() - firstMs > sameSignalMs) hurry()
    })
  }
  process.on('disconnect', () => first('the parent process is gone'))
}

export const logOf = (config: Config, fields: object): Log => createLog(config.LOG_LEVEL, fields)
