import { type ChatCompletionRequest, LLMock } from '@copilotkit/aimock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { profile } from '../../src/kinds/profile/profile.ts'
import { enqueueBatch } from '../../src/queue/enqueue.ts'
import { startProcess } from '../support/processes.ts'
import { type SmallWorld, startSmallWorld } from '../support/small-world.ts'
import { databaseForEach } from './database-for-each.ts'
import { allEnded, endings, print, secondsSince } from './records.ts'

/** `CHAOS_LLM_JOBS=300` is the run that the figures in docs/llm.md are of. */
const jobs = Number(process.env.CHAOS_LLM_JOBS ?? 100)
const rates = { rateLimitRate: 0.3, malformedRate: 0.2, disconnectRate: 0.2 }

const database = databaseForEach()
let world: SmallWorld
let llm: LLMock
beforeEach(async () => {
  world = await startSmallWorld({ sitePages: 1 })
  llm = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent' })
  llm.on({}, (request: ChatCompletionRequest) => ({ content: JSON.stringify(emptyAnswerTo(request)) }))
  await llm.start()
  llm.setChaos(rates)
})
afterEach(async () => {
  await llm.stop()
  await world.close()
})

/** The least that fits the schema that came with the request: what it says is not what is tested here. */
function emptyAnswerTo(request: ChatCompletionRequest): unknown {
  const format = request.response_format as { json_schema?: { schema: Schema } } | undefined
  return format?.json_schema ? emptyOf(format.json_schema.schema) : {}
}

type Schema = { type?: string; anyOf?: Schema[]; enum?: unknown[]; properties?: Record<string, Schema> }

function emptyOf({ type, anyOf, enum: values, properties }: Schema): unknown {
  if (anyOf) return anyOf.some((each) => each.type === 'null') ? null : emptyOf(anyOf[0]!)
  if (values) return values[0]
  if (type === 'array') return []
  if (type === 'object') {
    return Object.fromEntries(Object.entries(properties ?? {}).map(([key, value]) => [key, emptyOf(value)]))
  }
  return type === 'string' ? '' : type === 'boolean' ? false : 0
}

// Each 429 here asks for a second of rest, which the whole fleet keeps, and no lower limit makes them rarer: most of the
// three to four minutes that 300 jobs take are those seconds.
test('profiles over 4 processes all complete, once, while the LLM fails more often than not', async () => {
  const { sql, url } = database
  await enqueueBatch(
    sql,
    profile,
    Array.from({ length: jobs }, (_each, n) => ({ input: { website: `http://c${n}.test` } })),
  )
  const env = {
    ...world.env,
    DATABASE_URL: url,
    DATABASE_POOL_MAX_SIZE: '24',
    N_WORKERS: '4',
    LLM_URL: `${llm.url}/v1`,
    MODEL_NAME: 'm',
    LLM_PRICE_IN: '1',
    LLM_PRICE_OUT: '4',
  }
  const began = performance.now()
  const workers = Array.from({ length: 4 }, () => startProcess('worker', ['profile'], env))
  await allEnded(sql, 420_000)
  const seconds = secondsSince(began)
  for (const { process } of workers) process.kill('SIGTERM')
  await Promise.all(workers.map(({ exit }) => exit))

  const calls = llm.getRequests().length
  const [used] =
    await sql`select sum(calls)::int as calls, sum(failed_calls)::int as failed, sum(cost) as cost from llm_usage`
  print('a failing LLM', { jobs, calls, recorded: used, endings: await endings(sql), seconds })

  expect(await sql`select id, error from jobs where status <> 'completed'`).toEqual([])
  expect(await sql`select job_id from endings group by job_id having count(*) <> 1`).toEqual([])
  expect((await sql`select count(*)::int as n from endings where status = 'completed'`)[0]!.n).toBe(jobs)
  expect(await sql`select id from jobs where result->>'engine' is distinct from 'llm'`).toEqual([])
  // Every call was counted, on some job's account, and paid for if it was answered.
  expect(used!.calls).toBeGreaterThanOrEqual(calls)
  // A call that broke before the server had read it, on a connection that was just closing, is none of the server's.
  expect(used!.calls).toBeLessThanOrEqual(calls * 1.02)
  expect(used!.calls - used!.failed).toBeGreaterThanOrEqual(jobs)
  expect((await sql`select count(*)::int as n from llm_job_usage`)[0]!.n).toBe(jobs)
  expect(used!.cost).toBeGreaterThan(0)
  // 55 % of the calls fail, so an answer takes 2.2 of them. More would be a storm.
  expect(calls).toBeLessThan(jobs * 4)
}, 480_000)
