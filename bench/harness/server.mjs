import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { queueSession } from '../../dist/db/connect.js'
import { startEmbeddedPostgres } from '../../dist/db/embedded-postgres.js'
import { migrate } from '../../dist/db/migrate.js'

/**
 * The one Postgres of a run: the embedded server as `npm start` runs it, in a folder of its own. Each thing measured
 * gets a database of its own in it.
 */
export async function startPostgres() {
  const dir = mkdtempSync(join(tmpdir(), 'sonda-bench-'))
  const server = await startEmbeddedPostgres({ dir: join(dir, 'postgres') }).catch((error) => {
    rmSync(dir, { recursive: true, force: true })
    throw error
  })
  const admin = postgres(server.url, { max: 1, onnotice: () => {} })

  const urlOf = (name) => {
    const url = new URL(server.url)
    url.pathname = `/${name}`
    return url.href
  }
  return {
    admin,
    dir,
    async createDatabase(name, { isMigrated = false } = {}) {
      await admin`drop database if exists ${admin(name)} with (force)`
      await admin`create database ${admin(name)}`
      if (isMigrated) {
        const sql = postgres(urlOf(name), { max: 1, onnotice: () => {} })
        await migrate(sql, urlOf(name))
        await sql.end()
      }
      return urlOf(name)
    },
    dropDatabase: (name) => admin`drop database if exists ${admin(name)} with (force)`,
    /** What an earlier thing left to write must not be written during the next. */
    async settle(url) {
      const sql = postgres(url, { max: 1, onnotice: () => {} })
      await sql`vacuum analyze`
      await sql`checkpoint`
      await sql.end()
    },
    async stop() {
      await admin.end({ timeout: 1 })
      await server.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** A pool as a worker process has it: the queue's session settings, and prepared statements. */
export const queuePool = (url, max = 4) => postgres(url, { max, connection: queueSession, onnotice: () => {} })
