import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Services } from '../../src/kinds/services.ts'
import type { LlmClient, LlmRequest } from '../../src/llm/client.ts'
import { noUsage } from '../../src/llm/usage.ts'
import { createLog } from '../../src/log.ts'
import { enqueue } from '../../src/queue/enqueue.ts'
import { createHints } from '../../src/queue/hints.ts'
import { startWorker } from '../../src/worker/worker.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { testKind } from '../support/kinds.ts'
import { until } from '../support/poll.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const start = (kind: ReturnType<typeof testKind>, mayClaim: () => boolean, services: object = {}) =>
  startWorker({
    pool: database.sql,
    isPooled: true, // it looks every half second
    hints: createHints(database.sql, true),
    kind,
    services: async () => services as Services,
    slots: 4,
    batchSize: 10,
    mayClaim,
    log: createLog('silent', {}),
  })
const row = async (id: string) => (await database.sql`select status, attempt, claims from jobs where id = ${id}`)[0]!

test('a worker that may not claim leaves jobs queued, no attempt spent, and goes on by itself when it may', async () => {
  const { sql } = database
  let mayClaim = false
  let asked = 0
  const kind = testKind()
  const worker = await start(kind, () => {
    asked += 1
    return mayClaim
  })
  const { id } = await enqueue(sql, kind, { n: 1 })
  await until('two looks', () => asked >= 4)
  expect(await row(id)).toEqual({ status: 'queued', attempt: 0, claims: 0 })
  mayClaim = true
  await until('the job to end', async () => (await row(id)).status === 'completed')
  expect(await row(id)).toEqual({ status: 'completed', attempt: 1, claims: 1 })
  await worker.stop(1_000)
})

test('what a job asks the LLM goes on its account', async () => {
  const { sql } = database
  const asked: (string | undefined)[] = []
  const llm: LlmClient = {
    async complete<T>({ jobId }: LlmRequest<T>) {
      asked.push(jobId)
      return { value: {} as T, usage: noUsage(undefined) }
    },
  }
  const kind = testKind(async (_input, { services, signal }) => {
    await services.llm!.complete({ schemaName: 'x', schema: {} as never, messages: [], maxTokens: 1, signal })
    return { result: {} }
  })
  const worker = await start(kind, () => true, { llm })
  const jobs = await Promise.all([2, 3].map((n) => enqueue(sql, kind, { n })))
  for (const { id } of jobs) await until('the job to end', async () => (await row(id)).status === 'completed')
  expect(asked.sort()).toEqual(jobs.map(({ id }) => id).sort())
  await worker.stop(1_000)
})
