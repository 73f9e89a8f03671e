import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Pool } from '../../src/db/connect.ts'
import { postgres } from '../../src/db/driver.ts'
import { createSlots, type Slot, type Slots } from '../../src/llm/slots.ts'
import { register } from '../../src/queue/presence.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/poll.ts'

let database: TestDatabase
let provider: string
const opened: Slots[] = []
const never = new AbortController().signal

beforeAll(async () => {
  database = await createTestDatabase()
})
beforeEach(async () => {
  provider = `http://${randomUUID()}.test/v1`
  await database.sql`truncate llm_askers`
})
afterEach(() => {
  for (const slots of opened.splice(0)) slots.close()
})
afterAll(() => database.drop())

type SlotLog = NonNullable<Parameters<typeof createSlots>[0]['log']>

/** The slots of a process, as far as the database can tell. */
async function createProcess(
  cap: number,
  { pool = database.sql, others = [] as string[], log = undefined as SlotLog | undefined } = {},
) {
  const worker = await register(database.sql, 'profile', 1)
  const endpoints = [provider, ...others].map((each) => ({ provider: each, cap }))
  const slots = await createSlots({ pool: pool as Pool, endpoints, workerId: () => worker, ...(log && { log }) })
  opened.push(slots)
  return { ...slots, worker }
}

const heldIn = async (at = provider): Promise<number> => {
  const [row] =
    await database.sql`select count(*)::int as held from llm_slots where provider = ${at} and held_by is not null`
  return row!.held
}

/** Keeps `calls` calls going at a time, each of `callMs`, until stopped; counts those under way and those done. */
function keepBusy(
  slots: Slots,
  calls: number,
  callMs: number,
  count: { underWay: number; most: number; done: number },
) {
  const stop = new AbortController()
  const one = async () => {
    while (!stop.signal.aborted) {
      const slot = await slots.take(stop.signal)
      count.underWay++
      count.most = Math.max(count.most, count.underWay)
      await new Promise((resolve) => setTimeout(resolve, callMs))
      count.underWay--
      count.done++
      slot.end('succeeded')
    }
  }
  const all = Promise.allSettled(Array.from({ length: calls }, one))
  return async () => {
    stop.abort()
    await all
  }
}

test('eight processes with more calls than slots never go above the cap together, and reach it', async () => {
  const processes = await Promise.all(Array.from({ length: 8 }, () => createProcess(12)))
  const counts = { underWay: 0, most: 0, done: 0 }
  const stops = processes.map((each) => keepBusy(each, 10, 20, counts))
  await until('600 calls', () => counts.done > 600, 30_000)
  await Promise.all(stops.map((stop) => stop()))
  expect(counts.most).toBe(12)
})

test('with no calls waiting, a slot goes back at once', async () => {
  const { take } = await createProcess(1)
  const slot = await take(never)
  expect(await heldIn()).toBe(1)
  slot.end('succeeded')
  await until('the slot is free', async () => (await heldIn()) === 0, 2_000)
})

test('a process that has all slots lets others in while its own calls still wait', async () => {
  const [greedy, late] = [await createProcess(2), await createProcess(2)]
  const counts = { underWay: 0, most: 0, done: 0 }
  const stop = keepBusy(greedy, 20, 10, counts)
  await until('it holds all', () => counts.underWay === 2)
  const slot = await late.take(never)
  slot.end('succeeded')
  await stop()
})

test('two processes get about as much each, though one has ten times as many calls waiting', async () => {
  const [one, other] = [await createProcess(4), await createProcess(4)]
  const [many, few] = [
    { underWay: 0, most: 0, done: 0 },
    { underWay: 0, most: 0, done: 0 },
  ]
  const stops = [keepBusy(one, 60, 20, many), keepBusy(other, 6, 20, few)]
  await until('400 calls', () => many.done + few.done > 400, 30_000)
  await Promise.all(stops.map((stop) => stop()))
  expect(few.done / (many.done + few.done)).toBeGreaterThan(0.3)
})

test("an aborted wait ends with the signal's reason and holds nothing", async () => {
  const { take } = await createProcess(1)
  const slot = await take(never)
  const abort = new AbortController()
  const waiting = take(abort.signal)
  const reason = new Error('cancelled')
  abort.abort(reason)
  await expect(waiting).rejects.toBe(reason)
  slot.end('abandoned')
  await until('the slot is free', async () => (await heldIn()) === 0)
  await expect(take(AbortSignal.abort(reason))).rejects.toBe(reason)
})

test('refused calls give their slots back, and as many fewer are given', async () => {
  const { take } = await createProcess(8)
  const slots = await Promise.all(Array.from({ length: 8 }, () => take(never)))
  for (const slot of slots.slice(0, 3)) slot.end('refused')
  const limit = async () => (await database.sql`select call_limit from llm_endpoints where provider = ${provider}`)[0]!
  await until('the limit has followed', async () => (await limit()).call_limit === 5)
  for (const slot of slots.slice(3)) slot.end('abandoned')
  const again: Slot[] = []
  for (let call = 0; call < 8; call++)
    void take(never).then(
      (slot) => again.push(slot),
      () => {},
    )
  await until('five are given', () => again.length === 5)
})

test('what one process is told to wait, another waits as well', async () => {
  const [one, other] = [await createProcess(2), await createProcess(2)]
  const slot = await one.take(never)
  slot.end('refused', 700)
  await until('the pause is known', async () => {
    const [row] =
      await database.sql`select coalesce(paused_until > now(), false) as paused from llm_endpoints where provider = ${provider}`
    return row!.paused
  })
  const startedMs = performance.now()
  ;(await other.take(never)).end('succeeded')
  expect(performance.now() - startedMs).toBeGreaterThan(300)
})

test('where every endpoint is closed for longer than a call would wait, the call goes back to the queue at once', async () => {
  const { take } = await createProcess(2)
  const slot = await take(never)
  slot.end('refused', 120_000)
  const startedMs = performance.now()
  await expect(take(never)).rejects.toMatchObject({ code: 'LLM_BUSY', retryAfterMs: expect.any(Number) })
  expect(performance.now() - startedMs).toBeLessThan(10_000)
})

test('a call that avoids an endpoint is given one of the other', async () => {
  const second = `http://${randomUUID()}.test/v1`
  const { take } = await createProcess(4, { others: [second] })
  const slots = await Promise.all(Array.from({ length: 3 }, () => take(never, { avoid: new Set([provider]) })))
  expect(slots.map((slot) => slot.provider)).toEqual([second, second, second])
})

test('while the database is away calls under way go on and none begins; afterwards they do', async () => {
  const db = new URL(database.url).pathname.slice(1)
  const own = postgres(database.url, { max: 1, onnotice: () => {}, backoff: () => 0.1 })
  const warnings: string[] = []
  const log = { warn: (_fields: object, message: string) => warnings.push(message), info() {} }
  const { take } = await createProcess(1, { pool: own, log })
  const admin = postgres(database.url.replace(`/${db}`, '/postgres'), { max: 1, onnotice: () => {} })
  try {
    const slot = await take(never)
    await admin.unsafe(`alter database ${db} allow_connections false`)
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${db} and pid <> pg_backend_pid()`
    let isBack = false
    const waiting = take(never).then((next) => ({ next, wasBack: isBack }))
    await until('it has noticed', () => warnings.length > 0)
    slot.end('succeeded')
    // A slot that were handed on now would be so before this is answered.
    await admin`select 1`
    isBack = true
    await admin.unsafe(`alter database ${db} allow_connections true`)
    const { next, wasBack } = await waiting
    expect(wasBack).toBe(true)
    next.end('succeeded')
  } finally {
    await admin.unsafe(`alter database ${db} allow_connections true`)
    await admin.end()
    for (const slots of opened.splice(0)) slots.close()
    await own.end({ timeout: 1 })
  }
})
