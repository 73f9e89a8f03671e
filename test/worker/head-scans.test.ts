import { expect, test } from 'vitest'
import { createHeadScans } from '../../src/worker/head-scans.ts'

function scansTaking(...tookMs: number[]) {
  let now = 0
  const scans = createHeadScans(() => now)
  for (const ms of tookMs) {
    const end = scans.begin()
    now += ms
    end(true)
  }
  return { scans, pass: (ms: number) => (now += ms) }
}

test('the first claim looks from the head, and then one every 20 ms while that is cheap', () => {
  expect(createHeadScans(() => 0).restMs(true)).toBe(0)
  const { scans, pass } = scansTaking(2, 2)
  expect(scans.restMs(true)).toBe(20)
  pass(20)
  expect(scans.restMs(true)).toBe(0)
})

test('one hiccup is not what a scan costs', () => {
  expect(scansTaking(2, 900).scans.restMs(true)).toBe(20)
})

test('slow scans from the head take a tenth of the time, but there is one a second after a hint, and at least every 5 s', () => {
  const { scans, pass } = scansTaking(50, 50)
  expect(scans.restMs(true)).toBe(450)
  pass(450)
  expect(scans.restMs(true)).toBe(0)
  expect(scansTaking(800, 700).scans.restMs(true)).toBe(1_000)
  expect(scansTaking(800, 700).scans.restMs(false)).toBe(5_000)
})

test('there is one scan from the head at a time, and one that failed does not count', () => {
  const { scans, pass } = scansTaking(50, 50)
  pass(1_000)
  const end = scans.begin()
  expect(scans.restMs(true)).toBe(Number.POSITIVE_INFINITY)
  end(false)
  expect(scans.restMs(true)).toBe(0)
})

test('the mark is the last position of the latest claim that brought anything', () => {
  const scans = createHeadScans(() => 0)
  expect(scans.mark()).toBeUndefined()
  scans.moveMark([
    { priority: 2, id: 'a' },
    { priority: 1, id: 'c' },
    { priority: 2, id: 'b' },
  ])
  expect(scans.mark()).toEqual({ priority: 2, id: 'b' })
  scans.moveMark([])
  expect(scans.mark()).toEqual({ priority: 2, id: 'b' })
  scans.moveMark([{ priority: 0, id: 'z' }])
  expect(scans.mark()).toEqual({ priority: 0, id: 'z' })
})
