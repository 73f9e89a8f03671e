import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp } from '../../src/api/app.ts'
import { kinds } from '../../src/kinds/registry.ts'
import { createLog } from '../../src/log.ts'
import { createHints } from '../../src/queue/hints.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

test('a database that does not answer is given up on, and the client told to come again', async () => {
  const app = createApp(
    {
      pool: database.sql,
      hints: createHints(database.sql, false),
      kinds,
      log: createLog('silent', {}),
      patienceMs: 300,
    },
    { tokens: [], allowAnonymous: true, remoteAddress: () => undefined },
  )
  await database.sql.begin(async (tx) => {
    await tx`lock table jobs in access exclusive mode`
    const answer = await app.request('/jobs')
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await answer.json()).toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
  })
  expect((await app.request('/jobs')).status).toBe(200)
})
