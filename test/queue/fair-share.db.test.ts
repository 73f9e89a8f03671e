import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { enqueue, enqueueBatch } from '../../src/queue/enqueue.ts'
import { createFairShare, type FairShare } from '../../src/queue/fair-share.ts'
import { register } from '../../src/queue/presence.ts'
import { retryWhere } from '../../src/queue/retry.ts'
import { type Ended, turn } from '../../src/queue/turn.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { testKind } from '../support/kinds.ts'

const kind = testKind()
let database: TestDatabase
let worker: string
let share: FairShare
let nowMs: number
let statements: number

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.sql`truncate jobs, workers, batches, batch_items, batch_counts, job_tallies`
  worker = await register(database.sql, kind.name, 10)
  nowMs = 0
  statements = 0
  share = createFairShare(counting(), () => nowMs)
})

/** The database, and how many statements went to it. */
function counting() {
  return new Proxy(database.sql, {
    get: (sql, name) => {
      if (name === 'unsafe') statements += 1
      return Reflect.get(sql, name)
    },
  })
}

let next = 0
const inputs = (count: number) => Array.from({ length: count }, () => ({ input: { n: next++ } }))

/** A second or more after whatever was before. */
const addBatch = async (owner: string, count: number) => {
  nowMs += 1_500
  await enqueueBatch(database.sql, kind, inputs(count), { owner, ...(await share.batch(kind.name, owner)) })
}
const addSingle = async (owner: string) =>
  enqueue(database.sql, kind, { n: next++ }, { owner, priority: await share.single(kind.name, owner) })

/** Claims and completes so many jobs, ten at a time, as a worker does; answers their owners. */
async function serve(count: number): Promise<string[]> {
  const owners: string[] = []
  let ended: Ended[] = []
  while (owners.length < count) {
    const claimCount = Math.min(10, count - owners.length)
    const { claimed } = await turn(database.sql, { workerId: worker, kind: kind.name, ended, claimCount })
    if (claimed.length === 0) break
    ended = claimed.map((claim) => ({ claim, outcome: { status: 'completed', result: {} } }))
    owners.push(...claimed.map(({ owner }) => owner))
  }
  await turn(database.sql, { workerId: worker, kind: kind.name, ended, claimCount: 0 })
  return owners
}
const shareOf = (owner: string, served: string[]) => served.filter((each) => each === owner).length / served.length

describe('batches', () => {
  test('who comes while another has 5,000 waiting gets half from then on: neither waits for all nor passes all', async () => {
    await addBatch('a', 5_000)
    await serve(500)
    await addBatch('b', 1_000)
    const served = await serve(1_000)
    expect(shareOf('a', served)).toBeGreaterThan(0.4)
    expect(shareOf('b', served)).toBeGreaterThan(0.4)
    expect(served.indexOf('b')).toBeLessThan(60)
  })

  test('ten batches do not take ten shares', async () => {
    for (let batch = 0; batch < 10; batch += 1) await addBatch('a', 300)
    await addBatch('b', 600)
    const b = shareOf('b', await serve(1_000))
    expect(b).toBeGreaterThanOrEqual(0.25)
    expect(b).toBeLessThan(0.6)
  })

  test('two of one owner at the same moment know of each other', async () => {
    await addBatch('a', 100)
    const place = await share.batch(kind.name, 'a')
    await enqueueBatch(database.sql, kind, inputs(100), { owner: 'a', ...place })
    expect([place, await share.batch(kind.name, 'a')]).toEqual([
      { priority: 1, itemsPerPriority: 25 },
      { priority: 1, itemsPerPriority: 16 },
    ])
  })

  test('a batch that has been served takes no share of the next', async () => {
    await addBatch('a', 100)
    await addBatch('a', 100)
    await serve(200)
    nowMs += 1_500
    expect(await share.batch(kind.name, 'a')).toEqual({ priority: 1, itemsPerPriority: 50 })
  })

  test('many jobs that come back take their turn as a batch would', async () => {
    await enqueueBatch(database.sql, kind, inputs(500), { owner: 'a' })
    await database.sql`update jobs set status = 'failed'`
    await addBatch('b', 1_000)
    await serve(200)
    nowMs += 1_500
    const from = await share.batch(kind.name, 'a')
    expect(from.priority).toBe(5)
    expect(await retryWhere(database.sql, { status: 'failed' }, from)).toBe(500)
    expect(shareOf('b', await serve(600))).toBeGreaterThan(0.4)
  })
})

describe('singles', () => {
  test('one passes all batches', async () => {
    await addBatch('a', 200)
    await addSingle('b')
    expect((await serve(1))[0]).toBe('b')
  })

  test("what follows from one passes what follows from others' batches", async () => {
    await addBatch('a', 100)
    const { id } = await addSingle('b')
    const parents = await database.sql<{ id: string; owner: string }[]>`select id, owner from jobs order by id`
    for (const { id: parentId, owner } of parents) {
      await enqueue(database.sql, kind, { n: next++ }, { owner, parentId, exclusive: false })
    }
    await database.sql`update jobs set status = 'completed' where parent_id is null`
    expect(parents.at(-1)!.id).toBe(id)
    expect(await serve(1)).toEqual(['b'])
  })

  test('5,000 of one owner hold up another by 50 claims, and keep their order', async () => {
    await addBatch('batch', 1_000)
    const priorities: number[] = []
    for (let n = 0; n < 5_000; n += 1) {
      nowMs += 1
      priorities.push(await share.single(kind.name, 'a'))
    }
    expect(priorities).toEqual(priorities.toSorted((one, other) => one - other))
    await database.sql`
      insert into jobs (id, kind, owner, max_attempts, exclusive, input, priority)
      select id, ${kind.name}, 'a', 1, false, '{}', priority
      from unnest(${priorities}::int[], ${priorities.map(() => uuidv7())}::uuid[]) as each (priority, id)`
    await addSingle('b')
    const served = await serve(3_000)
    // Within a claim of ten the order is nobody's.
    expect(served.indexOf('b')).toBeGreaterThanOrEqual(40)
    expect(served.indexOf('b')).toBeLessThan(60)
    // 2,000 pass the batch; the other 3,000 share with it.
    expect(shareOf('batch', served.slice(2_010))).toBeGreaterThan(0.4)
  })

  test('after 2,000 that still wait the rest stands with the batches, and does not hold them up', async () => {
    for (let n = 0; n < 2_100; n += 1) await share.single(kind.name, 'a')
    expect(await share.single(kind.name, 'a')).toBeGreaterThan(0)
    expect(await share.single(kind.name, 'b')).toBeLessThan(0)
  })

  test('however fast they come, the head is looked up once a second, and one request waits for it', async () => {
    await share.single(kind.name, 'a')
    expect(statements).toBe(1)
    for (let n = 0; n < 1_000; n += 1) {
      nowMs += 10
      await share.single(kind.name, 'a')
    }
    expect(statements).toBeLessThanOrEqual(11)
  })

  test('when none waits any more, all begin anew', async () => {
    const first = await share.single(kind.name, 'a')
    for (let n = 0; n < 300; n += 1) await share.single(kind.name, 'a')
    expect(await share.single(kind.name, 'a')).toBeGreaterThan(first)
    nowMs += 10_000
    expect(await share.single(kind.name, 'a')).toBe(first)
  })

  test('who goes on sending while little is served does not stay at the head', async () => {
    for (let round = 0; round < 20; round += 1) {
      for (let n = 0; n < 50; n += 1) await addSingle('a')
      nowMs += 7_000
    }
    await addSingle('b')
    expect((await serve(60)).indexOf('b')).toBeGreaterThan(0)
    expect((await database.sql`select from jobs where owner = 'b' and status = 'queued'`).length).toBe(0)
  })

  test('a job back from a failed try does not move others ahead of those who wait', async () => {
    for (let n = 0; n < 200; n += 1) await addSingle('a')
    await serve(100)
    nowMs += 1_500
    await share.batch(kind.name, 'x') // looks, and waits for it
    const head = await share.single(kind.name, 'b')
    await database.sql`update jobs set status = 'queued'
      where id = (select id from jobs where status = 'completed' order by id limit 1)`
    nowMs += 1_500
    await share.batch(kind.name, 'x')
    expect(await share.single(kind.name, 'c')).toBe(head)
  })
})

test('during an outage a single still has a priority: enqueuing says what is wrong', async () => {
  const gone = new Proxy(database.sql, {
    get: () => () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' })),
  })
  expect(await createFairShare(gone).single(kind.name, 'a')).toBeLessThan(0)
})
