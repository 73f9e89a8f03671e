import { afterAll, beforeAll, expect, test } from 'vitest'
import { forgetSearchAnswers } from '../../src/housekeeping/forget-search-answers.ts'
import { startHousekeeping } from '../../src/housekeeping/start-housekeeping.ts'
import { createLog } from '../../src/log.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/poll.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const start = () =>
  startHousekeeping({
    databaseUrl: database.url,
    pool: database.sql,
    isPooled: false,
    retention: { completedDays: 1, failedDays: 2, cancelledDays: 2 },
    searchCacheDays: 30,
    callbacks: { allowHosts: [], secrets: [], userAgent: 'Test' },
    log: createLog('silent', {}),
  })

const forgetNow = () => database.sql`select graphile_worker.add_job('forget')`
const jobs = async () => Number((await database.sql`select count(*) from jobs`)[0]!.count)
const addOldJob = () => database.sql`
  insert into jobs (id, kind, status, max_attempts, exclusive, input, finished_at)
  values ('01700000-0000-7000-8000-000000000000', 'test', 'completed', 1, false, '{}', clock() - interval '100 days')`

/** Named by whether anything was found, and their age in days. */
const addAnswers = () => database.sql`
  insert into search_answers (query, results, is_empty, provider, answered_at)
  select kind || '-' || days, '[]', kind = 'empty', 'test', now() - make_interval(days => days)
  from (values ('empty', 0), ('empty', 1), ('full', 29), ('full', 30)) as answers (kind, days)`
const answers = async () =>
  (await database.sql`select query from search_answers order by query`).map(({ query }) => query)

test('without a cache of search answers none is left', async () => {
  await addAnswers()
  expect(await forgetSearchAnswers(database.sql, 0)).toBe(4)
  expect(await answers()).toEqual([])
})

test('more search answers than fit in a statement are all deleted', async () => {
  await database.sql`
    insert into search_answers (query, results, is_empty, provider, answered_at)
    select n::text, '[]', false, 'test', now() - interval '31 days' from generate_series(1, 4500) as n`
  expect(await forgetSearchAnswers(database.sql, 30)).toBe(4_500)
})

test('deletes old jobs and search answers when their time comes, survives the loss of its connections, and stops', async () => {
  await addOldJob()
  const housekeeping = start()
  await until('its schema', async () => {
    const [row] = await database.sql`select to_regclass('graphile_worker._private_jobs') is not null as is_there`
    return row!.is_there
  })
  await forgetNow()
  await until('the job to be deleted', async () => (await jobs()) === 0)

  await addAnswers()
  await database.sql`select graphile_worker.add_job('forget_search_answers')`
  await until('the old answers to be deleted', async () => (await answers()).length === 2)
  expect(await answers()).toEqual(['empty-0', 'full-29'])

  await addOldJob()
  await database.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and query like '%graphile_worker%'`
  await forgetNow()
  await until('the next to be deleted', async () => (await jobs()) === 0, 20_000)
  await housekeeping.stop()
})
