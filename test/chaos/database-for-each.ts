import { afterEach, beforeEach } from 'vitest'
import type { Pool } from '../../src/db/connect.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { killAll } from '../support/processes.ts'
import { keepRecords } from './records.ts'

/** Gives each test of a file a database of its own, which keeps records; afterwards what the test started is ended. */
export function databaseForEach(): { readonly sql: Pool; readonly url: string } {
  let database: TestDatabase
  beforeEach(async () => {
    database = await createTestDatabase()
    await keepRecords(database.sql)
  })
  afterEach(async () => {
    killAll()
    await database.drop()
  })
  return {
    get sql() {
      return database.sql
    },
    get url() {
      return database.url
    },
  }
}
