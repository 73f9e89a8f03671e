import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { firstState, type LimitReport, type LimitState, nextState } from '../../src/llm/limit.ts'

const quiet: LimitReport = { successes: 0, refusals: 0, lateRefusals: 0, failuresInARow: 0, peak: 0 }
const step = (state: LimitState, report: Partial<LimitReport>, cap = 100): LimitState =>
  nextState(state, { ...quiet, ...report }, cap) ?? state
/** A round in which every place was used. */
const round = (state: LimitState, cap = 100): LimitState =>
  step(state, { successes: Math.ceil(state.limit), peak: Math.floor(state.limit) }, cap)
const inARow = (state: LimitState, times: number, next: (state: LimitState) => LimitState): LimitState[] => {
  const states = [state]
  while (states.length <= times) states.push(next(states.at(-1)!))
  return states.slice(1)
}
const at = (limit: number, rest: Partial<LimitState> = {}): LimitState => ({ ...firstState(limit), limit, ...rest })

const count = fc.nat({ max: 60 })
const report = fc.record<LimitReport>({
  successes: count,
  refusals: count,
  lateRefusals: count,
  failuresInARow: fc.nat({ max: 10 }),
  peak: count,
})

test('whatever is reported, the limit stays from 1 to the cap, and a rest between 5 seconds and 5 minutes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.array(report, { maxLength: 60 }), (cap, reports) => {
      let state = firstState(cap)
      for (const each of reports) {
        state = nextState(state, each, cap) ?? state
        expect(state.limit).toBeGreaterThanOrEqual(1)
        expect(state.limit).toBeLessThanOrEqual(cap)
        expect(state.restMs === 0 || (state.restMs >= 5_000 && state.restMs <= 300_000)).toBe(true)
      }
    }),
  )
})

test('a refusal never raises the limit, and takes away no more than half of what was under way', () => {
  fc.assert(
    fc.property(fc.array(report, { maxLength: 20 }), report, (before, last) => {
      fc.pre(last.refusals > 0)
      const state = before.reduce((now, each) => nextState(now, each, 50) ?? now, firstState(50))
      const next = step(state, last, 50)
      const inFlight = Math.max(1, Math.min(state.limit, Math.max(last.peak, last.refusals)))
      expect(next.limit).toBeLessThanOrEqual(state.limit)
      expect(next.limit).toBeGreaterThanOrEqual(Math.max(1, inFlight / 2))
      expect(next.generation).toBe(state.generation + 1)
    }),
  )
})

test('a lower cap holds at the next step', () => {
  expect(step(at(32), {}, 8).limit).toBe(8)
})

describe('growing', () => {
  test('what has never refused doubles each round, up to the cap', () => {
    const limits = [firstState(100)]
    for (let rounds = 0; rounds < 4; rounds++) limits.push(round(limits.at(-1)!))
    expect(limits.map(({ limit }) => limit)).toEqual([16, 32, 64, 100, 100])
  })

  test('a round is as many successes as the limit', () => {
    expect(nextState(at(10), { ...quiet, successes: 9, peak: 10 }, 100)).toBeUndefined()
    expect(step(at(10), { successes: 10, peak: 10 }).limit).toBe(20)
  })

  test('a limit that was not used does not grow', () => {
    expect(step(at(10), { successes: 500, peak: 9 }).limit).toBe(10)
  })

  test('half the way back to the knee is made each round', () => {
    const limits = inARow(at(8, { knee: 24 }), 5, round).map(({ limit }) => limit)
    expect(limits).toEqual([16, 20, 22, 23, 24])
  })

  test('above the knee one call more is tried, and tries that are refused come ever more rarely', () => {
    let state = at(12, { knee: 12 })
    const roundsBetween: number[] = []
    for (let tries = 0; tries < 5; tries++) {
      let rounds = 0
      for (; state.limit === 12; rounds++) state = round(state)
      expect(state.limit).toBe(13)
      roundsBetween.push(rounds)
      state = step(state, { refusals: 1, peak: 13 })
    }
    expect(state).toMatchObject({ limit: 12, knee: 12 })
    expect(roundsBetween).toEqual([8, 16, 32, 64, 64])
  })

  test('tries that succeed go on at once, doubling', () => {
    const limits = inARow(at(13, { knee: 12 }), 4, round).map(({ limit }) => limit)
    expect(limits).toEqual([15, 19, 27, 43])
  })
})

describe('falling', () => {
  test('the first refusals take away what was refused, and those of the same crowd that come later too', () => {
    const first = step(at(16), { refusals: 2, peak: 16 })
    expect(first.limit).toBe(14)
    expect(step(first, { lateRefusals: 2, peak: 14 })).toMatchObject({ limit: 12, knee: 12, generation: 1 })
  })

  test('late refusals do not take away more than half', () => {
    const first = step(at(16), { refusals: 2, peak: 16 })
    expect(step(first, { lateRefusals: 30 }).limit).toBe(8)
  })

  test('what was under way counts, not a limit that was not used', () => {
    expect(step(at(32), { refusals: 1, peak: 10 }).limit).toBe(9)
  })

  test('a lowered limit that is refused as well is halved; after a calm round it is not', () => {
    const first = step(at(32), { refusals: 1, peak: 32 })
    expect(step(first, { refusals: 1, peak: 31 }).limit).toBe(15.5)
    expect(step({ ...first, calmRounds: 1 }, { refusals: 1, peak: 31 }).limit).toBe(30)
  })
})

describe('rest', () => {
  test('five failures in a row leave an endpoint alone, four do not', () => {
    expect(nextState(at(8), { ...quiet, failuresInARow: 4 }, 8)).toBeUndefined()
    expect(step(at(8), { failuresInARow: 5 }, 8)).toMatchObject({ restMs: 5_000, rests: 1, limit: 8 })
  })

  test('one failure after a rest doubles it, up to five minutes; one success ends it', () => {
    const first = step(at(8), { failuresInARow: 5 }, 8)
    const states = inARow(first, 7, (state) => step(state, { failuresInARow: 1 }, 8))
    expect(states.map(({ restMs }) => restMs)).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000])
    expect(step(states.at(-1)!, { successes: 1 }, 8)).toMatchObject({ restMs: 0, rests: 8 })
  })
})

/** A server of `places`, a fleet that always wants more, and every report a round trip late. */
function simulate(places: number, cap: number, rounds: number) {
  let state = firstState(cap)
  let served = 0
  let refused = 0
  for (let each = 0; each < rounds; each++) {
    const inFlight = Math.floor(state.limit)
    const successes = Math.min(inFlight, places)
    const refusals = inFlight - successes
    served += successes
    refused += refusals
    state = step(state, { successes, refusals, peak: inFlight }, cap)
  }
  return { used: served / (places * rounds), refusedPart: refused / (served + refused) }
}

test.each([1, 2, 3, 5, 12, 31])(
  'a server of %d places under a cap of 32 refuses under 5 % of 2,000 calls, and is used to nine tenths',
  (n) => {
    const { used, refusedPart } = simulate(n, 32, 2_000 / n)
    expect(used).toBeGreaterThan(0.9)
    expect(refusedPart).toBeLessThan(0.05)
  },
)
