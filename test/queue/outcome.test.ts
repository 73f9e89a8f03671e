import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/errors.ts'
import { backoffMs } from '../../src/queue/backoff.ts'
import { mostSnoozes, outcomeOfError } from '../../src/queue/outcome.ts'

const random = fc.double({ min: 0, max: 0.999_999, noNaN: true })
const at = { now: new Date('2026-11-23T12:00:00Z'), random: 0.5 }

describe('backoff', () => {
  test('lies between half the ceiling and the ceiling, which doubles from 5 s to 10 min', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), random, (attempt, chance) => {
        const ceiling = Math.min(5_000 * 2 ** (attempt - 1), 600_000)
        const ms = backoffMs(attempt, chance)
        expect(ms).toBeGreaterThanOrEqual(Math.floor(ceiling / 2))
        expect(ms).toBeLessThanOrEqual(ceiling)
      }),
    )
  })

  test('obeys Retry-After between 1 s and 1 h, never earlier than asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 10_000_000 }), random, (asked, chance) => {
        const bounded = Math.min(Math.max(asked, 1_000), 3_600_000)
        const ms = backoffMs(1, chance, asked)
        expect(ms).toBeGreaterThanOrEqual(bounded)
        expect(ms).toBeLessThanOrEqual(bounded * 1.25 + 1)
      }),
    )
    expect(backoffMs(1, 0, Number.NaN)).toBe(5_000)
  })
})

describe('what follows from an error', () => {
  const job = { attempt: 1, maxAttempts: 3, snoozes: 0 }

  test('an unknown error is retried, and its message is not shown', () => {
    const outcome = outcomeOfError(new Error('password=hunter2'), job, at)
    expect(outcome).toMatchObject({ status: 'queued', counts: true, error: { code: 'INTERNAL' } })
    expect(JSON.stringify(outcome)).not.toContain('hunter2')
  })

  test('the last try fails', () => {
    expect(outcomeOfError(new Error('x'), { ...job, attempt: 3 }, at)).toMatchObject({ status: 'failed' })
  })

  test('give up fails at once, and says why', () => {
    const outcome = outcomeOfError(new Failure('LLM_REJECTED', 'HTTP 401.'), job, at)
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'LLM_REJECTED', attempt: 1 } })
    expect(JSON.stringify(outcome)).toContain('HTTP 401.')
  })

  test('a snooze spends no try, even after the last one, but not for ever', () => {
    const snooze = new Failure('LLM_BUSY', undefined, { retryAfterMs: 7_000 })
    const outcome = outcomeOfError(snooze, { ...job, attempt: 3 }, { ...at, random: 0 })
    expect(outcome).toMatchObject({ status: 'queued', counts: false, delayMs: 7_000 })
    expect(outcomeOfError(snooze, { attempt: 3, maxAttempts: 3, snoozes: mostSnoozes }, at)).toMatchObject({
      status: 'failed',
    })
  })

  test('every job ends: with any errors whatever, it fails after a bounded number of claims', () => {
    const errors = fc.array(fc.constantFrom('retry', 'snooze', 'unknown'), { minLength: 400, maxLength: 400 })
    fc.assert(
      fc.property(errors, random, (kinds, chance) => {
        let attempt = 0
        for (let claims = 1; claims <= kinds.length; claims += 1) {
          attempt += 1
          const kind = kinds[claims - 1]
          const error =
            kind === 'retry' ? new Failure('TIMEOUT') : kind === 'snooze' ? new Failure('LLM_BUSY') : new Error('?')
          const outcome = outcomeOfError(
            error,
            { attempt, maxAttempts: 3, snoozes: claims - 1 },
            { ...at, random: chance },
          )
          if (outcome.status === 'failed') return
          if (outcome.status === 'queued' && !outcome.counts) attempt -= 1
        }
        throw new Error('never ended')
      }),
      { numRuns: 50 },
    )
  })
})
