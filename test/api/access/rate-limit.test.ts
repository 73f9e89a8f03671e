import { expect, test } from 'vitest'
import { createRateLimit } from '../../../src/api/access/rate-limit.ts'

let nowMs = 0
const limit = () => {
  nowMs = 0
  return createRateLimit(() => nowMs)
}

test("a minute's worth may come at once, then as fast as the rate", () => {
  const { take } = limit()
  for (let n = 0; n < 600; n += 1) expect(take('a', 600)).toBe(0)
  expect(take('a', 600)).toBe(1)
  nowMs += 100
  expect(take('a', 600)).toBe(0)
  expect(take('a', 600)).toBe(1)
})

test('forty at once are never too many; then it says how long to wait, and keeps its word', () => {
  const { take } = limit()
  for (let n = 0; n < 40; n += 1) expect(take('a', 6)).toBe(0)
  expect(take('a', 6)).toBe(10)
  nowMs += 9_000
  expect(take('a', 6)).toBe(1)
  nowMs += 1_000
  expect(take('a', 6)).toBe(0)
})

test('what is refused costs nothing, and each has a bucket of its own', () => {
  const { take } = limit()
  for (let n = 0; n < 1_000; n += 1) take('a', 60)
  expect(take('b', 60)).toBe(0)
  nowMs += 1_000
  expect(take('a', 60)).toBe(0)
})

test('a night of silence saves up no more than one minute', () => {
  const { take } = limit()
  take('a', 100)
  nowMs += 8 * 3_600_000
  let served = 0
  while (take('a', 100) === 0) served += 1
  expect(served).toBe(100)
})
