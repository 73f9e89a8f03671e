import { extname } from 'node:path'
import type { Config } from '../config.ts'
import { connect } from '../db/connect.ts'
import { migrate } from '../db/migrate.ts'
import { kinds } from '../kinds/registry.ts'
import type { Log } from '../log.ts'
import { fairShare } from './process.ts'
import { type Supervised, supervise } from './supervise.ts'

const databasePatienceMs = 60_000
/** Beyond the drain: aborting jobs, handing them back, closing. */
const stopGraceMs = 6_000

export type Fleet = {
  port: number
  /** Lets jobs finish for `DRAIN_SECONDS`, hands back the rest, and ends every process. */
  stop(): Promise<void>
  /** Ends every process now; their jobs go to others. */
  kill(): void
}

export type FleetDatabase = { url: string; stop(mode?: 'fast' | 'immediate'): Promise<void> }

/**
 * Migrates, then runs the API and `N_WORKERS` workers of each kind as processes of their own, each started again when
 * it dies. `env` is what the children get besides the address of the database.
 */
export async function launchFleet({
  config,
  env,
  database,
  log,
  signal,
}: {
  config: Config
  env: NodeJS.ProcessEnv
  database: Pick<FleetDatabase, 'url'>
  log: Log
  /** Ends the waiting for the database. */
  signal?: AbortSignal
}): Promise<Fleet> {
  const { pool, poolSize } = await connect(
    {
      url: database.url,
      name: 'sonda fleet',
      poolSize: (most) => config.DATABASE_POOL_MAX_SIZE ?? fairShare(config, most),
    },
    {
      patienceMs: databasePatienceMs,
      onRetry: (error) => log.warn({ error: error.message }, 'database not reached; will try again'),
      signal,
    },
  )
  const applied = await migrate(pool, database.url)
  signal?.throwIfAborted()
  if (applied.length > 0) log.info({ applied }, 'database migrated')
  await pool.end({ timeout: 1 })

  const childEnv = { ...env, DATABASE_URL: database.url, DATABASE_POOL_MAX_SIZE: String(poolSize) }
  // Beside this file, compiled or not.
  const module = (name: string) => new URL(`./${name}${extname(import.meta.url)}`, import.meta.url)
  const api = supervise({ name: 'api', module: module('api'), env: childEnv, log })
  const workers = kinds.flatMap(({ name }) =>
    Array.from({ length: config.N_WORKERS }, () =>
      supervise({ name: `${name} worker`, module: module('worker'), args: [name], env: childEnv, log }),
    ),
  )
  const all: Supervised[] = [api, ...workers]
  const stop = async () => {
    await Promise.all(all.map((one) => one.stop(config.DRAIN_SECONDS * 1000 + stopGraceMs)))
  }
  try {
    const [listening] = await Promise.all(all.map(({ ready }) => ready))
    return {
      port: (listening as { listening: number }).listening,
      stop,
      kill: () => all.forEach((one) => void one.kill()),
    }
  } catch (error) {
    await stop()
    throw error
  }
}
