import { describe, expect, test } from 'vitest'
import { type KindPace, secondsToStart } from '../../src/queue/kind-pace.ts'

const idOf = (n: number) => `01975f00-0000-7000-8000-${String(n).padStart(12, '0')}`
const marksOf = (count: number, priority = 0) =>
  Array.from({ length: count }, (_each, n) => ({ priority, id: idOf(n), place: n + 1 })).filter(
    ({ place }) => place <= 200 || place % 50 === 0,
  )
const pace = (due: number, rest: Partial<KindPace> = {}): KindPace => ({
  due,
  marks: marksOf(due),
  running: 0,
  slots: 10,
  isPaused: false,
  endedPerSecond: null,
  ...rest,
})

describe('a queued job is to be asked for again when it will about have started', () => {
  test.each([
    ['nothing is known', undefined, 0, 2],
    ['a slot is free for it', pace(5), 4, 2],
    ['as many are before it as end in ten seconds', pace(200, { running: 10, endedPerSecond: 10 }), 99, 10],
    ['half of the slots are free', pace(200, { running: 5, endedPerSecond: 1 }), 24, 20],
    ['none has ended yet: ten slots, ten seconds a job', pace(200, { running: 10 }), 19, 20],
    ['it is far behind', pace(10_000, { running: 10, endedPerSecond: 10 }), 9_999, 60],
    ['between two marks', pace(1_000, { running: 10, endedPerSecond: 10 }), 410, 45],
    ['it has come since, behind all', pace(100, { running: 10, endedPerSecond: 10 }), 5_000, 11],
    ['no worker is there', pace(1, { slots: 0 }), 0, 10],
    ['its kind is paused', pace(1, { isPaused: true }), 0, 60],
    ['very many end', pace(200, { running: 10, endedPerSecond: 5_000 }), 199, 2],
  ])('%s', (_what, known, n, seconds) => {
    expect(secondsToStart(known, { priority: 0, id: idOf(n) })).toBe(seconds)
  })

  test('a single request passes what is queued behind it by priority', () => {
    const batch = pace(1_000, { marks: marksOf(1_000, 7), running: 10, endedPerSecond: 1 })
    expect(secondsToStart(batch, { priority: 0, id: idOf(5_000) })).toBe(2)
    expect(secondsToStart(batch, { priority: 7, id: idOf(5_000) })).toBe(60)
    expect(secondsToStart(batch, { priority: 8, id: idOf(1) })).toBe(60)
  })
})
