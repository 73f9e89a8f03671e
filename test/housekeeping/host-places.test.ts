import { beforeEach, describe, expect, test } from 'vitest'
import { createHostPlaces, slowAfterMs } from '../../src/housekeeping/host-places.ts'

const limits = { perHost: 2, ofSlowHosts: 4, ofDoubtfulHosts: 6 }
const quickMs = 100
let nowMs = 0
let nextId = 0
let places: ReturnType<typeof createHostPlaces>
beforeEach(() => {
  nowMs = 0
  places = createHostPlaces(limits, () => nowMs)
})

type Job = { id: string; flags: Record<string, true> | null }
/** A callback as it was queued: with nothing said, its host was known to answer quickly. */
const callback = (host: string, known?: 'new' | 'slow'): Job => ({
  id: String(nextId++),
  flags: Object.fromEntries([[`host ${host}`, true as const], ...(known ? [[known, true as const]] : [])]),
})
const emit = (event: string, job?: Job) => places.events.emit(event as never, { job } as never)
const forbidden = async () => {
  const flags = await places.forbiddenFlags()
  emit('worker:getJob:empty')
  return flags
}
/** Takes the first that may be taken, as graphile-worker does. */
async function take(jobs: Job[]): Promise<Job | undefined> {
  const flags = await places.forbiddenFlags()
  const found = jobs.find((job) => !Object.keys(job.flags ?? {}).some((flag) => flags.includes(flag)))
  if (!found) return void emit('worker:getJob:empty')
  jobs.splice(jobs.indexOf(found), 1)
  emit('job:start', found)
  return found
}
async function takeAll(jobs: Job[], most = 8): Promise<Job[]> {
  const taken: Job[] = []
  while (taken.length < most) {
    const job = await take(jobs)
    if (!job) break
    taken.push(job)
  }
  return taken
}
const endAfter = (job: Job, tookMs: number) => {
  nowMs += tookMs
  emit('job:complete', job)
}
const hostsOf = (jobs: readonly Job[]) => jobs.map(({ flags }) => Object.keys(flags!)[0]!.slice('host '.length))
const several = (host: string, n: number, known?: 'new' | 'slow') =>
  Array.from({ length: n }, () => callback(host, known))

describe('of one host', () => {
  test('that answers quickly two are under way, of a new one one until it has answered', async () => {
    const queued = several('known', 5)
    expect(await takeAll(queued)).toHaveLength(2)
    const others = several('unheard', 5, 'new')
    const [first, ...rest] = await takeAll(others)
    expect(rest).toEqual([])
    endAfter(first!, quickMs)
    expect(await takeAll(others)).toHaveLength(2)
  })

  test('nothing is left behind: when all have ended, none is kept out', async () => {
    const jobs = await takeAll([...several('a', 2), ...several('b', 2, 'slow'), callback('c', 'new')])
    expect(await forbidden()).toEqual(['host a', 'host b', 'host c'])
    for (const job of jobs) endAfter(job, quickMs)
    expect(await forbidden()).toEqual([])
  })
})

describe('many hosts that hang', () => {
  const names = Array.from({ length: 20 }, (_each, n) => `hangs-${n}`)

  test('leave places for one that is known, at once', async () => {
    const queued = [...names.flatMap((name) => several(name, 5, 'new')), callback('fine')]
    expect(hostsOf(await takeAll(queued))).toEqual([...names.slice(0, 6), 'fine'])
  })

  test('leave places for one that is new, once they have hung', async () => {
    const queued = [...names.slice(0, 8).flatMap((name) => several(name, 5, 'new'))]
    for (let rounds = 0; rounds < 2; rounds += 1) {
      const taken = await takeAll(queued)
      nowMs += 15_000
      for (const job of taken) emit('job:complete', job)
    }
    queued.push(callback('fine', 'new'))
    const taken = hostsOf(await takeAll(queued))
    expect(taken).toContain('fine')
    expect(taken).toHaveLength(limits.ofSlowHosts)
  })

  test('are known for it while they hang', async () => {
    await takeAll(
      names.slice(0, 4).flatMap((name) => several(name, 5)),
      8,
    )
    expect(await forbidden()).not.toContain('slow')
    nowMs += slowAfterMs + 1
    expect(await forbidden()).toContain('slow')
  })

  test('and hung when it was queued take no more than those that do so here', async () => {
    expect(await takeAll(names.map((name) => callback(name, 'slow')))).toHaveLength(limits.ofSlowHosts)
  })
})

test('of slow hosts, one that was not tried lately does not wait behind those that hang all the time', async () => {
  const queued = ['a', 'b', 'c', 'd'].flatMap((host) => several(host, 40, 'slow'))
  const underWay = await takeAll(queued)
  queued.push(callback('once', 'slow'))
  let rounds = 0
  for (; queued.at(-1)?.flags?.['host once']; rounds += 1) {
    nowMs += 15_000
    endAfter(underWay.shift()!, 0)
    const next = await take(queued)
    if (next) underWay.push(next)
  }
  expect(rounds).toBeLessThan(5)
  expect(underWay.length).toBeGreaterThanOrEqual(limits.ofSlowHosts - 1)
})

test('a host that has come back is kept out no longer', async () => {
  const [back, ...slow] = await takeAll(['back', 'b', 'c', 'd'].map((host) => callback(host, 'slow')))
  expect(await forbidden()).toContain('slow')
  endAfter(back!, slowAfterMs + 1)
  await take([callback('e', 'slow')])
  expect(await forbidden()).toContain('host back')
  nowMs += 20_000
  endAfter(slow[0]!, quickMs)
  const again = await take([callback('back')])
  await take([callback('f', 'slow')])
  endAfter(again!, quickMs)
  await take([callback('g', 'slow')])
  expect(await forbidden()).toContain('slow')
  expect(await forbidden()).not.toContain('host back')
})

test('other tasks are never kept out', async () => {
  const queued = [
    ...Array.from({ length: 12 }, (_each, n) => callback(`hangs-${n}`, 'new')),
    { id: 'cron', flags: null },
  ]
  expect((await takeAll(queued)).at(-1)!.id).toBe('cron')
})

test('places look one after the other, so that two do not find the same host free', async () => {
  const [first, second] = [places.forbiddenFlags(), places.forbiddenFlags()]
  expect(await first).toEqual([])
  emit('job:start', callback('a', 'new'))
  expect(await second).toEqual(['host a'])
})
