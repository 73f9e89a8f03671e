import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  type Asked,
  emptyTally,
  prepareEndpoint,
  type Step,
  type Tally,
  type Told,
  takeTurn,
} from '../../src/llm/llm-turn.ts'
import { leave, register } from '../../src/queue/presence.ts'
import { reap } from '../../src/queue/recover.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let provider: string
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.sql`truncate llm_askers`
  provider = `http://${randomUUID()}.test/v1`
  await prepareEndpoint(database.sql, { provider, cap })
})

const cap = 10

/** A worker that takes turns at one endpoint and keeps whatever it was given, but for what it is told to give back. */
async function createTaker(at = provider) {
  const worker = await register(database.sql, 'profile', 1)
  let slots: number[] = []
  let generation = 0
  let rests = 0
  return {
    worker,
    slots: () => slots,
    async turn({
      wants = 0,
      back = 0,
      tally = {},
      step,
    }: {
      wants?: number
      back?: number
      tally?: Partial<Tally>
      step?: Step | undefined
    } = {}): Promise<Told> {
      const kept = slots.slice(back)
      const asked: Asked = {
        provider: at,
        cap,
        wants,
        kept,
        generation,
        rests,
        tally: { ...emptyTally(), ...tally },
        step,
      }
      const [told] = await takeTurn(database.sql, worker, { wanted: wants, waiting: wants }, [asked])
      ;({ generation, rests } = told!)
      slots = [...told!.stillMine, ...told!.taken]
      return told!
    },
  }
}

test('a slot is given once, and not above the limit', async () => {
  const [one, other] = [await createTaker(), await createTaker()]
  await Promise.all([one.turn({ wants: 8 }), other.turn({ wants: 8 })])
  await other.turn({ wants: 8 })
  const all = [...one.slots(), ...other.slots()]
  expect(all).toHaveLength(cap)
  expect(new Set(all).size).toBe(cap)
})

test('what is not named as kept is free for others in the same turn', async () => {
  const [one, other] = [await createTaker(), await createTaker()]
  await one.turn({ wants: 10 })
  await one.turn({ back: 4 })
  await other.turn({ wants: 10 })
  expect([one.slots().length, other.slots().length]).toEqual([6, 4])
})

test('a turn whose answer was lost is mended by the next', async () => {
  const [one, other] = [await createTaker(), await createTaker()]
  await one.turn({ wants: 2 })
  await takeTurn(database.sql, one.worker, { wanted: 5, waiting: 5 }, [
    { provider, cap, wants: 5, kept: one.slots(), generation: 0, rests: 0, tally: emptyTally(), step: undefined },
  ])
  await one.turn()
  await other.turn({ wants: 10 })
  expect([one.slots().length, other.slots().length]).toEqual([2, 8])
})

test('each is told how many wait elsewhere, and its share of the limit', async () => {
  const [one, other] = [await createTaker(), await createTaker()]
  await one.turn({ wants: 10 })
  await other.turn({ wants: 7 })
  expect(await one.turn()).toMatchObject({ othersWant: 7, share: 5 })
  await other.turn({ wants: 0 })
  expect(await one.turn()).toMatchObject({ othersWant: 0, share: 10 })
})

test('what one process does not want is shared by those that want more', async () => {
  const [modest, one, other] = [await createTaker(), await createTaker(), await createTaker()]
  await modest.turn({ wants: 1 })
  await one.turn({ wants: 20 })
  await other.turn({ wants: 5 })
  expect(await one.turn({ wants: 11 })).toMatchObject({ share: 4.5 })
  expect(await other.turn({ wants: 2 })).toMatchObject({ share: 7 })
})

test('whoever has no worker row takes nothing', async () => {
  const gone = await createTaker()
  await leave(database.sql, gone.worker)
  await gone.turn({ wants: 3 })
  expect(gone.slots()).toEqual([])
})

test('the slots of a dead worker come back when it is reaped, and it learns that they are not its own', async () => {
  const [dead, other] = [await createTaker(), await createTaker()]
  await dead.turn({ wants: 10 })
  await database.sql`update workers set beat_at = now() - interval '1 hour' where id = ${dead.worker}`
  await reap(database.sql)
  await other.turn({ wants: 10 })
  expect(other.slots()).toHaveLength(10)
  expect(await dead.turn()).toMatchObject({ stillMine: [] })
})

test('a leaving worker gives its slots back', async () => {
  const [leaving, other] = [await createTaker(), await createTaker()]
  await leaving.turn({ wants: 10 })
  await leave(database.sql, leaving.worker)
  await other.turn({ wants: 10 })
  expect(other.slots()).toHaveLength(10)
})

test('a refusal closes the endpoint for new calls until the limit has followed it, for all', async () => {
  const [one, other] = [await createTaker(), await createTaker()]
  await one.turn({ wants: 10 })
  const { step } = await one.turn({ back: 3, tally: { refusals: 3 } })
  await other.turn({ wants: 10 })
  expect(other.slots()).toEqual([])
  await one.turn({ step })
  await other.turn({ wants: 10 })
  expect(other.slots()).toEqual([])
  await one.turn({ back: 2 })
  await other.turn({ wants: 10 })
  expect([one.slots().length, other.slots().length]).toEqual([5, 2])
})

test('of two who work out the same step one is heard, and a refusal told in between is not lost', async () => {
  const [one, other] = [await createTaker(), await createTaker()]
  await one.turn({ wants: 5 })
  await other.turn({ wants: 5 })
  const { step } = await one.turn({ back: 2, tally: { refusals: 2 } })
  const second = await other.turn({ back: 1, tally: { refusals: 1 } })
  await one.turn({ step })
  const { step: late } = await other.turn({ step: second.step })
  expect(late?.used).toEqual({ successes: 0, refusals: 1, lateRefusals: 0 })
  const [row] = await database.sql`select version, call_limit from llm_endpoints where provider = ${provider}`
  expect(row).toMatchObject({ version: 1, call_limit: 8 })
})

test('a refusal of a call begun before the limit fell is late, also when its process did not know', async () => {
  const [one, other] = [await createTaker(), await createTaker()]
  await one.turn({ wants: 5 })
  await other.turn({ wants: 5 })
  const { step } = await one.turn({ back: 2, tally: { refusals: 2 } })
  await one.turn({ step })
  const told = await other.turn({ back: 1, tally: { refusals: 1 } })
  expect(told.step?.used).toEqual({ successes: 0, refusals: 0, lateRefusals: 1 })
  expect(told.step?.state.limit).toBe(7)
})

test('a pause is for all, and the longest counts', async () => {
  const [one, other] = [await createTaker(), await createTaker()]
  await one.turn({ tally: { pauseMs: 60_000 } })
  await one.turn({ tally: { pauseMs: 1_000 } })
  const told = await other.turn({ wants: 5 })
  expect(told.taken).toEqual([])
  expect(told.closedMs).toBeGreaterThan(50_000)
  await database.sql`update llm_endpoints set paused_until = now() where provider = ${provider}`
  expect((await other.turn({ wants: 5 })).taken).toHaveLength(5)
})

test('failures of several processes in a row leave an endpoint alone; afterwards one call tries it, and ends that', async () => {
  const [one, other] = [await createTaker(), await createTaker()]
  await one.turn({ tally: { failures: 3 } })
  const { step } = await other.turn({ tally: { failures: 2 } })
  await other.turn({ step })
  expect((await one.turn({ wants: 5 })).closedMs).toBeGreaterThan(4_000)
  await database.sql`update llm_endpoints set rests_until = now() where provider = ${provider}`
  await Promise.all([one.turn({ wants: 5 }), other.turn({ wants: 5 })])
  expect(one.slots().length + other.slots().length).toBe(1)
  const [prober] = one.slots().length > 0 ? [one] : [other]
  const found = await prober!.turn({ back: 1, tally: { successes: 1, answers: 1 } })
  await prober!.turn({ step: found.step })
  expect((await prober!.turn({ wants: 5 })).taken).toHaveLength(5)
})

test('an answer in between means that failures are not in a row', async () => {
  const one = await createTaker()
  await one.turn({ tally: { failures: 4 } })
  await one.turn({ tally: { answers: 1 } })
  expect((await one.turn({ tally: { failures: 4 } })).step).toBeUndefined()
})

test('of two endpoints the one with less to do is given first', async () => {
  const [one, other] = [await createTaker(), await createTaker()]
  await other.turn({ wants: 6 })
  const second = `http://${randomUUID()}.test/v1`
  await prepareEndpoint(database.sql, { provider: second, cap })
  const asked = (at: string): Asked => ({
    provider: at,
    cap,
    wants: 8,
    kept: [],
    generation: 0,
    rests: 0,
    tally: emptyTally(),
    step: undefined,
  })
  const told = await takeTurn(database.sql, one.worker, { wanted: 8, waiting: 8 }, [asked(provider), asked(second)])
  expect(told.find((each) => each.provider === second)?.taken).toHaveLength(7)
})
