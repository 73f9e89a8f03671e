import { expect, test } from 'vitest'
import { Failure, type FailureCode, failureCodes } from '../../src/errors.ts'
import { retryDelayMs } from '../../src/llm/retry-delay.ts'

const patient = { tries: 1, leftMs: 60_000, random: 0 }
const down = new Failure('LLM_UNAVAILABLE')

test('only what passes by itself is asked again', () => {
  const again = (Object.keys(failureCodes) as FailureCode[]).filter(
    (code) => retryDelayMs(new Failure(code), patient) !== undefined,
  )
  expect(again).toEqual(['LLM_UNAVAILABLE', 'LLM_RATE_LIMITED'])
  expect(retryDelayMs(new Error('x'), patient)).toBeUndefined()
})

test('waits double up to 8 s, and end after twelve tries', () => {
  const delays = Array.from({ length: 12 }, (_each, n) => retryDelayMs(down, { ...patient, tries: n + 1 }))
  expect(delays).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000, 8_000, 8_000, undefined])
})

test('up to half of a wait is left to chance', () => {
  expect(retryDelayMs(down, { ...patient, random: 0.9999 })).toBe(125)
})

test('what the server asks for is never undercut', () => {
  const limited = new Failure('LLM_RATE_LIMITED', undefined, { retryAfterMs: 7_000 })
  for (const random of [0, 0.5, 0.9999]) {
    expect(retryDelayMs(limited, { ...patient, random })).toBeGreaterThanOrEqual(7_000)
  }
})

test('a wait that would end too late is not begun', () => {
  const limited = new Failure('LLM_RATE_LIMITED', undefined, { retryAfterMs: 7_000 })
  expect(retryDelayMs(limited, { ...patient, leftMs: 7_000 })).toBeUndefined()
  expect(retryDelayMs(down, { ...patient, leftMs: 0 })).toBeUndefined()
})
