import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfig } from '../../config.ts'
import { startEmbeddedPostgres } from '../../db/embedded-postgres.ts'
import { createLog } from '../../log.ts'
import { launchFleet } from '../launch-fleet.ts'

/**
 * Runs `run` against a fleet on a Postgres that is thrown away, for which a served world (`serve-world.ts`) is registry,
 * search and `*.test`. Nothing of the user's own settings reaches it: it is the same on every machine, and touches
 * nothing of theirs. `settings` come on top.
 */
export async function withThrowAwayFleet<Result>(
  {
    name,
    worldPort,
    settings = {},
    signal,
  }: { name: string; worldPort: number; settings?: Record<string, string>; signal: AbortSignal },
  run: (origin: string) => Promise<Result>,
): Promise<Result> {
  const env = fleetEnv(worldPort, settings)
  const log = createLog('error', { process: name })
  const dir = mkdtempSync(join(tmpdir(), `sonda-${name}-`))
  try {
    const postgres = await startEmbeddedPostgres({ dir, throwAway: true, signal })
    const database = { url: postgres.url, stop: () => postgres.stop('immediate') }
    try {
      const fleet = await launchFleet({ config: parseConfig(env), env, database, log })
      try {
        signal.throwIfAborted()
        return await run(`http://127.0.0.1:${fleet.port}`)
      } finally {
        await fleet.stop()
      }
    } finally {
      await database.stop()
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function fleetEnv(worldPort: number, settings: Record<string, string>): Record<string, string> {
  const system = ['PATH', 'HOME', 'TMPDIR', 'TZ'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  })
  const world = `http://127.0.0.1:${worldPort}`
  return {
    ...Object.fromEntries(system),
    HOST: '127.0.0.1',
    PORT: '0',
    N_WORKERS: '1',
    DRAIN_SECONDS: '0',
    LOG_LEVEL: 'error',
    CNPJ_REGISTRY_URLS: world,
    SERPSHOT_URL: world,
    SERPSHOT_KEY: 'demo',
    EGRESS_CONNECT_TO: `*.test=127.0.0.1:${worldPort}`,
    EGRESS_ALLOW_CIDRS: '127.0.0.1/32',
    ...settings,
  }
}
