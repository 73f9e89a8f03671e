import { expect, it } from 'vitest'
import { createHostLimit } from '../../../src/site/fetch/host-limit.ts'

const never = () => new Promise<never>(() => {})

it('runs two at once on a host, the next when one ends or fails, and forgets the host when all have', async () => {
  const limit = createHostLimit()
  const ends: (() => void)[] = []
  const started: number[] = []
  const tasks = [1, 2, 3, 4].map((id) =>
    limit.run(id % 2 ? 'shop.test' : 'WWW.shop.test.', {}, () => {
      started.push(id)
      return new Promise<number>((done, fail) => ends.push(() => (id === 1 ? fail(new Error('lost')) : done(id))))
    }),
  )
  const results = Promise.allSettled(tasks)
  await expect.poll(() => started).toEqual([1, 2])
  ends[0]?.()
  await expect.poll(() => started).toEqual([1, 2, 3])
  ends[1]?.()
  await expect.poll(() => started).toEqual([1, 2, 3, 4])
  ends[2]?.()
  ends[3]?.()
  expect((await results).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
  expect(limit.size()).toBe(0)
})

it('does not make one host wait for another', async () => {
  const limit = createHostLimit({ perHost: 1 })
  void limit.run('slow.test', {}, never)
  await expect(limit.run('quick.test', {}, async () => 'done')).resolves.toBe('done')
})

it('gives up waiting when its signal aborts, and its place goes to the next', async () => {
  const limit = createHostLimit({ perHost: 1 })
  let end = () => {}
  const first = limit.run('shop.test', {}, () => new Promise<void>((done) => (end = done)))
  const controller = new AbortController()
  const second = limit.run('shop.test', { signal: controller.signal }, never)
  const third = limit.run('shop.test', {}, async () => 'third')
  controller.abort('enough')
  await expect(second).rejects.toBe('enough')
  end()
  await first
  await expect(third).resolves.toBe('third')
  await expect(limit.run('shop.test', { signal: controller.signal }, never)).rejects.toBe('enough')
  expect(limit.size()).toBe(0)
})

it('keeps the crawl delay between the starts of requests, up to its limit', async () => {
  const limit = createHostLimit({ maxDelayMs: 60 })
  const starts: number[] = []
  const start = async () => void starts.push(performance.now())
  await limit.run('shop.test', { delayMs: 3_600_000 }, start)
  await Promise.all([1, 2, 3].map(() => limit.run('shop.test', { delayMs: 3_600_000 }, start)))
  const gaps = starts.slice(1).map((at, index) => at - starts[index]!)
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(59)
  expect(Math.max(...gaps)).toBeLessThan(2_000)
  expect(limit.size()).toBe(1)
  await expect.poll(() => limit.size()).toBe(0)
})

it('spares a host that refuses for as long as it asks, and then asks it one at a time', async () => {
  const limit = createHostLimit({ slowForMs: 400 })
  const pauseMs = 100
  const refusedAt = performance.now()
  expect(limit.slowDown('www.shop.test', pauseMs)).toBe(pauseMs)
  let running = 0
  let most = 0
  const startedAt: number[] = []
  const task = async () => {
    startedAt.push(performance.now())
    running += 1
    most = Math.max(most, running)
    await Promise.resolve()
    running -= 1
  }
  await expect(limit.run('other.test', {}, async () => 'at once')).resolves.toBe('at once')
  expect(performance.now() - refusedAt).toBeLessThan(pauseMs)
  await Promise.all([1, 2, 3, 4].map(() => limit.run('shop.test', {}, task)))
  expect(startedAt[0]! - refusedAt).toBeGreaterThanOrEqual(pauseMs - 1)
  expect(most).toBe(1)
  await expect.poll(() => limit.size()).toBe(0)
})

it('pauses longer with every refusal when the host does not say how long', async () => {
  const limit = createHostLimit({ firstBackoffMs: 20 })
  const pauses: number[] = []
  for (let refusal = 0; refusal < 3; refusal++) {
    await limit.run('shop.test', {}, async () => pauses.push(limit.slowDown('shop.test')))
  }
  expect(pauses).toEqual([20, 40, 80])
})

it('takes two refusals of requests that were under way together for one', () => {
  const limit = createHostLimit({ firstBackoffMs: 1_000 })
  expect([limit.slowDown('shop.test'), limit.slowDown('shop.test')]).toEqual([1_000, 1_000])
})
