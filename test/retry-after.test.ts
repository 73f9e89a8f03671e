import fc from 'fast-check'
import { expect, test } from 'vitest'
import { retryAfterMs } from '../src/retry-after.ts'

const nowMs = Date.parse('1994-11-06T08:49:07Z')

test.each([
  ['120', 120_000],
  [' 7 ', 7_000],
  ['0', 0],
  ['1.5', 1_500],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 30_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 30_000],
  ['Sun Nov  6 08:49:37 1994', 30_000],
  ['Sat, 05 Nov 1994 08:49:37 GMT', 0],
  ['99999999999999', 86_400_000],
  ['Wed, 01 Jan 2100 00:00:00 GMT', 86_400_000],
])('Retry-After: %s is %s ms', (header, ms) => expect(retryAfterMs(header, nowMs)).toBe(ms))

test.each(['', ' ', 'soon', '-5', '1e3', '5 s', 'Sun', '1994-11-06'])('Retry-After: %j says nothing', (header) =>
  expect(retryAfterMs(header, nowMs)).toBeUndefined(),
)

test('it may be absent, and counts once when it is repeated', () => {
  expect(retryAfterMs(undefined, nowMs)).toBeUndefined()
  expect(retryAfterMs(null, nowMs)).toBeUndefined()
  expect(retryAfterMs(['3', '9'], nowMs)).toBe(3_000)
})

test('whatever a server sends, the wait is a time that a timer can take', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,400}$/), fc.stringMatching(/^Mon.*$/)), (header) => {
      const ms = retryAfterMs(header, nowMs)
      expect(ms === undefined || (ms >= 0 && ms <= 86_400_000)).toBe(true)
    }),
  )
})
