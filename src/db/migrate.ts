import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { Logger, runMigrations } from 'graphile-worker'
import type { Pool } from './connect.ts'

const folder = new URL('../../sql/migrations/', import.meta.url)

const namesHere = () =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()

/** The migrations of this build that the database has not seen. */
export async function pendingMigrations(sql: Pool): Promise<string[]> {
  const [table] = await sql<{ is_there: boolean }[]>`select to_regclass('schema_migrations') is not null as is_there`
  if (!table?.is_there) return namesHere()
  const rows = await sql<{ name: string }[]>`select name from schema_migrations`
  const seen = new Set(rows.map(({ name }) => name))
  return namesHere().filter((name) => !seen.has(name))
}

/** Any fixed number: it only has to be the same in every process that migrates. */
const lockKey = 7_305_601_193

/** Only what goes wrong is told, and that by throwing. */
const silent = new Logger(() => () => {})

/**
 * Applies the migrations that the database has not seen, in the order of their names, and returns those names.
 * Each runs in a transaction of its own under a transaction-level lock, so that two processes starting at once
 * apply it once, also through a transaction pooler (where a session lock would stay behind on some other session).
 * graphile-worker's own come first: a job that ends queues its callbacks there, in SQL. `url` is the same database's.
 *
 * @throws Error when an applied migration's text has changed, or the database knows one that this build does not
 *   (an older build must not run on a newer schema).
 */
export async function migrate(sql: Pool, url: string): Promise<string[]> {
  await runMigrations({ connectionString: url, noPreparedStatements: true, logger: silent })
  const migrations = namesHere().map((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8')
    return { name, text, checksum: createHash('sha256').update(text).digest('hex') }
  })
  const known = new Set(migrations.map(({ name }) => name))
  const applied: string[] = []
  for (const migration of migrations) {
    const isNew = await sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(${lockKey})`
      await tx`create table if not exists schema_migrations (
        name text primary key, checksum text not null, applied_at timestamptz not null default now())`
      const rows = await tx<{ name: string; checksum: string }[]>`select name, checksum from schema_migrations`
      const unknown = rows.find(({ name }) => !known.has(name))
      if (unknown) {
        throw new Error(
          `The database has migration ${unknown.name}, which this build does not know: deploy a newer build.`,
        )
      }
      const before = rows.find(({ name }) => name === migration.name)
      if (before && before.checksum !== migration.checksum) {
        throw new Error(`Migration ${migration.name} was edited after it had been applied: add a new one instead.`)
      }
      if (before) return false
      await tx.unsafe(migration.text)
      await tx`insert into schema_migrations (name, checksum) values (${migration.name}, ${migration.checksum})`
      return true
    })
    if (isNew) applied.push(migration.name)
  }
  return applied
}
