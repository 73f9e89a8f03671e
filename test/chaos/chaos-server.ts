import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pool } from '../../src/db/connect.ts'
import { postgres } from '../../src/db/driver.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { migrate } from '../../src/db/migrate.ts'
import { watchParent } from '../../src/db/postgres-server.ts'
import { keepRecords } from './records.ts'

export type ChaosServer = {
  url: string
  sql: Pool
  /** Ends the server as a crash would; what was committed is there after `start`. */
  crash(): Promise<void>
  /** Stops every process of the server in its tracks: it neither answers nor closes a connection. `thaw` undoes it. */
  freeze(): void
  thaw(): void
  /** Starts it again on the same port. */
  start(): Promise<void>
  close(): Promise<void>
}

/** A Postgres of the test's own, with an empty, migrated database. It also goes when this process is killed. */
export async function startChaosServer(): Promise<ChaosServer> {
  const dir = mkdtempSync(join(tmpdir(), 'sonda-chaos-'))
  let server: EmbeddedPostgres
  let watchdog: ReturnType<typeof watchParent>
  const start = async () => {
    server = await startEmbeddedPostgres({ dir })
    watchdog = watchParent(dir, server.pid)
  }
  const crash = async () => {
    watchdog.kill('SIGKILL')
    await server.stop('immediate')
  }
  const signalAll = (signal: NodeJS.Signals) => {
    const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').split(' ').filter(Boolean)
    for (const pid of [...children.map(Number), server.pid]) process.kill(pid, signal)
  }
  await start()
  const { url, port } = server!
  const sql = postgres(url, { max: 2, connect_timeout: 5, onnotice: () => {} })
  await migrate(sql, url)
  await keepRecords(sql)
  return {
    url,
    sql,
    crash,
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    async start() {
      await start()
      if (server.port !== port) throw new Error(`Postgres came back on port ${server.port}, not ${port}`)
    },
    async close() {
      await sql.end({ timeout: 1 }).catch(() => {})
      await crash()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
