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
const longestGap = (served: string[], owner: string): number => {
  const places = served.flatMap((each, place) => (each === owner ? [place] : []))
  return Math.max(...places.map((place, n) => place - (places[n - 1] ?? -1)), served.length - (places.at(-1) ?? -1))
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
    expect(served.indexOf('b')).toBeLessThan(30)
  })

  test.each([
    ['before the other comes', true],
    ['after the other', false],
  ])('ten batches of one owner take at most 62 % %s, and leave the other no long gap', async (_when, isBefore) => {
    if (!isBefore) await addBatch('b', 600)
    for (let batch = 0; batch < 10; batch += 1) await addBatch('a', 500)
    if (isBefore) await addBatch('b', 600)
    const served = await serve(1_000)
    const b = shareOf('b', served)
    expect(b).toBeGreaterThanOrEqual(0.38)
    expect(b).toBeLessThan(0.6)
    expect(longestGap(served, 'b')).toBeLessThan(60)
  })

  test('the second batch of an owner gets a fifth of his claims beside the first, and the tenth is not left waiting', async () => {
    for (let batch = 0; batch < 9; batch += 1) await addBatch('a', 700)
    await addBatch('a', 5)
    await serve(900)
    const left = await database.sql<{ left: number }[]>`
      select count(*) filter (where status = 'queued')::int as left from jobs group by batch_id order by batch_id`
    const [first, second] = left.map((row) => 700 - row.left)
    expect(second! / (first! + second!)).toBeCloseTo(0.2, 1)
    expect(left.at(-1)!.left).toBe(0)
  })

  test('a thousand open batches of an owner still have places for their last lines', async () => {
    await addBatch('a', 10)
    await database.sql`
      insert into batches (id, kind, owner, last_priority)
      select gen_random_uuid(), ${kind.name}, 'a', 2147483647 from generate_series(1, 1000)`
    const { priority, itemsPerPriority } = await share.batch(kind.name, 'a')
    expect(priority + 100_000 / itemsPerPriority).toBeLessThan(2 ** 28)
  })

  test('two of one owner at the same moment know of each other', async () => {
    await addBatch('a', 100)
    const place = await share.batch(kind.name, 'a')
    await enqueueBatch(database.sql, kind, inputs(100), { owner: 'a', ...place })
    expect([place, await share.batch(kind.name, 'a')]).toEqual([
      { priority: 1, itemsPerPriority: 10 / 4 },
      { priority: 1, itemsPerPriority: 10 / 9 },
    ])
  })

  test('a batch that has been served takes no share of the next', async () => {
    await addBatch('a', 100)
    await addBatch('a', 100)
    await serve(200)
    nowMs += 1_500
    expect(await share.batch(kind.name, 'a')).toEqual({ priority: 1, itemsPerPriority: 10 })
  })

  test('many jobs that come back take their turn as a batch would', async () => {
    await enqueueBatch(database.sql, kind, inputs(500), { owner: 'a' })
    await database.sql`update jobs set status = 'failed'`
    await addBatch('b', 1_000)
    await serve(200)
    nowMs += 1_500
    const from = await share.batch(kind.name, 'a')
    expect(from.priority).toBe(21)
    expect(await retryWhere(database.sql, { status: 'failed' }, from)).toBe(500)
    expect(shareOf('b', await serve(600))).toBeGreaterThan(0.4)
  })

  test('many that come back beside his open batches give way as one more batch does', async () => {
    await enqueueBatch(database.sql, kind, inputs(100), { owner: 'a' })
    await database.sql`update jobs set status = 'failed'`
    await database.sql`update batches set ended_at = clock()`
    await addBatch('a', 100)
    const from = await share.batch(kind.name, 'a')
    expect(await retryWhere(database.sql, { status: 'failed' }, from)).toBe(100)
    const [last] = await database.sql`select max(priority) as priority from jobs`
    expect(last!.priority).toBe(1 + Math.floor(99 / 2.5))
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

  test('5,000 of one owner hold up another single by ten claims and a batch by a hundred, and keep their order', async () => {
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
    await addBatch('batch', 1_000)
    await addSingle('b')
    const served = await serve(2_000)
    // Within a claim of ten the order is nobody's.
    expect(served.indexOf('b')).toBeLessThan(20)
    expect(served.indexOf('batch')).toBeLessThanOrEqual(120)
    expect(shareOf('batch', served.slice(101, 1_100))).toBeGreaterThan(0.45)
    expect(longestGap(served.slice(101, 1_100), 'batch')).toBeLessThan(40)
  })

  test('after 100 that still wait the rest stands with the batches, and does not hold up others', async () => {
    for (let n = 0; n < 100; n += 1) expect(await share.single(kind.name, 'a')).toBeLessThan(0)
    expect(await share.single(kind.name, 'a')).toBeGreaterThan(0)
    expect(await share.single(kind.name, 'b')).toBeLessThan(0)
  })

  test('who keeps forty under way for ever gets his share beside a batch, not all', async () => {
    await addBatch('b', 1_000)
    const served: string[] = []
    for (let n = 0; n < 40; n += 1) await addSingle('a')
    while (served.length < 1_000) {
      const claimed = await serve(20)
      served.push(...claimed)
      nowMs += 600
      for (const owner of claimed) if (owner === 'a') await addSingle('a')
    }
    expect(served.slice(0, 40)).not.toContain('b')
    expect(shareOf('b', served.slice(0, 600))).toBeGreaterThan(0.45)
    expect(shareOf('a', served.slice(200))).toBeGreaterThan(0.35)
    expect(longestGap(served, 'b')).toBeLessThan(120)
  })

  test('singles beside ten batches of the same owner are one more of these', async () => {
    await addBatch('b', 1_000)
    for (let batch = 0; batch < 10; batch += 1) await addBatch('a', 500)
    for (let n = 0; n < 400; n += 1) await addSingle('a')
    expect(shareOf('b', (await serve(900)).slice(100))).toBeGreaterThanOrEqual(0.38)
  })

  test('a batch beside so many singles of the same owner is his second', async () => {
    for (let n = 0; n < 300; n += 1) await addSingle('a')
    nowMs += 1_500
    expect((await share.batch(kind.name, 'a')).itemsPerPriority).toBe(10 / 4)
    expect((await share.batch(kind.name, 'b')).itemsPerPriority).toBe(10)
  })

  test('who was sent back passes again when what he has there is served', async () => {
    for (let n = 0; n < 150; n += 1) await addSingle('a')
    await addBatch('b', 500)
    await serve(150)
    nowMs += 1_500
    await share.batch(kind.name, 'x') // looks, and waits for it
    expect(await share.single(kind.name, 'a')).toBeGreaterThan(0) // fifty of his still wait there
    await serve(200)
    nowMs += 1_500
    await share.batch(kind.name, 'x')
    expect(await share.single(kind.name, 'a')).toBeLessThan(0)
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

  test('a job of a batch that is back from a failed try is not the head', async () => {
    await addBatch('a', 500)
    await serve(200)
    nowMs += 1_500
    const { priority } = await share.batch(kind.name, 'b')
    await database.sql`update jobs set status = 'queued'
      where id = (select id from jobs where status = 'completed' order by id limit 1)`
    nowMs += 1_500
    expect(await share.batch(kind.name, 'b')).toEqual({ priority, itemsPerPriority: 10 })
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
