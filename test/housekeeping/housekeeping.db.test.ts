import { afterAll, beforeAll, test } from 'vitest'
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
    log: createLog('silent', {}),
  })

const forgetNow = () => database.sql`select graphile_worker.add_job('forget')`
const jobs = async () => Number((await database.sql`select count(*) from jobs`)[0]!.count)
const addOldJob = () => database.sql`
  insert into jobs (id, kind, status, max_attempts, exclusive, input, finished_at)
  values ('01700000-0000-7000-8000-000000000000', 'test', 'completed', 1, false, '{}', clock() - interval '100 days')`

test('deletes old jobs when its time comes, survives the loss of its connections, and stops', async () => {
  await addOldJob()
  const housekeeping = start()
  await until('its schema', async () => {
    const [row] = await database.sql`select to_regclass('graphile_worker._private_jobs') is not null as is_there`
    return row!.is_there
  })
  await forgetNow()
  await until('the job to be deleted', async () => (await jobs()) === 0)

  await addOldJob()
  await database.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and query like '%graphile_worker%'`
  await forgetNow()
  await until('the next to be deleted', async () => (await jobs()) === 0, 20_000)
  await housekeeping.stop()
})
