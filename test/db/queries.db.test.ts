import { afterAll, beforeAll, expect, test } from 'vitest'
import { queryNames, queryText } from '../../src/db/queries.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

test.each(queryNames())('%s can be prepared and opens with a sentence', async (name) => {
  const text = queryText(name)
  expect(text).toMatch(/^-- [A-Z].+/)
  expect(name).toMatch(/^[a-z]+(_[a-z]+)+$/)
  await database.sql.unsafe(`prepare ${name} as ${text}`)
})
