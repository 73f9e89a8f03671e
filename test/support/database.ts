import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { inject } from 'vitest'
import type { Pool } from '../../src/db/connect.ts'
import { postgres } from '../../src/db/driver.ts'

export type TestDatabase = {
  /** For a second connection, or for a process under test. */
  url: string
  sql: Pool
  /** Closes `sql` and drops the database, whoever is still connected to it. */
  drop(): Promise<void>
}

const cloneDeadlineMs = 30_000

/** A migrated, empty database of the test file's own. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const admin = postgres(inject('postgresUrl'), { max: 1, onnotice: () => {} })
  await clone(admin, name)
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  const sql = postgres(url.href, { max: 10, onnotice: () => {} })
  const drop = async () => {
    await sql.end({ timeout: 1 })
    await admin`drop database if exists ${admin(name)} with (force)`
    await admin.end({ timeout: 1 })
  }
  return { url: url.href, sql, drop }
}

// 55006: while one session clones the template, another finds it in use.
async function clone(admin: Pool, name: string): Promise<void> {
  const deadline = Date.now() + cloneDeadlineMs
  for (;;) {
    try {
      await admin`create database ${admin(name)} template sonda_template`
      return
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || Date.now() > deadline) throw error
      await delay(20)
    }
  }
}
