import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { discovery } from '../../../src/kinds/discovery/discovery.ts'
import { enqueueBatch } from '../../../src/queue/enqueue.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { until } from '../../support/poll.ts'
import { killAll, startProcess } from '../../support/processes.ts'
import { type SmallWorld, startSmallWorld } from '../../support/small-world.ts'

let world: SmallWorld
let database: TestDatabase
beforeAll(async () => {
  world = await startSmallWorld({ pageDelayMs: 100, apiDelayMs: 300, sitePages: 6, wrongSites: 2 })
  database = await createTestDatabase()
})
afterEach(killAll)
afterAll(async () => {
  await database.drop()
  await world.close()
})

test('one worker with default settings does 60 companies within a minute, two wrong candidates before each', async () => {
  const companies = 60
  const items = Array.from({ length: companies }, (_each, company) => ({
    input: { cnpj: world.cnpjOf(company), profile: false },
  }))
  await enqueueBatch(database.sql, discovery, items)
  const worker = startProcess('worker', ['discovery'], { DATABASE_URL: database.url, N_WORKERS: '1', ...world.env })
  await until('the worker', () => worker.lines.some(({ msg }) => msg === 'claim loop started'), 60_000)
  const countFound = async () => {
    const [row] = await database.sql`select count(*)::int as n from jobs where result->>'status' = 'found'`
    return row!.n as number
  }
  await until('all websites', async () => (await countFound()) === companies, 60_000)
  const sites = await database.sql`select website, jsonb_array_length(discovery->'pages') as pages from companies`
  expect(sites.every(({ website, pages }) => /^http:\/\/c\d+\.test\/$/.test(website) && pages === 6)).toBe(true)
}, 150_000)
