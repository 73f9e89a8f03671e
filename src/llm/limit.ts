/**
 * What is remembered of an endpoint between two steps of its limit. It lives in `llm_endpoints`, one for the fleet.
 * A limit counts calls under way at the same time.
 */
export type LimitState = {
  /** From 1 to the cap; not always whole. */
  limit: number
  /** What the endpoint took when it last refused more; null: it has never refused. */
  knee: number | null
  /** Rises whenever the limit falls: a call that began before is late, and its refusal is no news. */
  generation: number
  /** Late refusals do not lower the limit further than this. */
  floor: number
  /** Rounds without a refusal, since the last one or the last try above the knee. */
  calmRounds: number
  /** So many of them go before the next try above the knee. */
  roundsBetweenTries: number
  /** How far the next try goes above the knee. */
  step: number
  /** How long it is left alone, in ms; 0: it is not. */
  restMs: number
  /** How often it has been left alone. A call that began before the last time tells nothing new either. */
  rests: number
}

/** What all processes have told of an endpoint since the last step. */
export type LimitReport = {
  successes: number
  /** Refusals of calls begun under the limit as it is. */
  refusals: number
  /** Refusals of calls begun before the limit last fell. */
  lateRefusals: number
  /** Failures without an answer in between, of calls begun since it was last left alone. */
  failuresInARow: number
  /** The most calls under way at a time. */
  peak: number
}

const firstLimit = 16
const tries = { firstRounds: 8, mostRounds: 64 }
const mostFailuresInARow = 5
const rest = { firstMs: 5_000, mostMs: 5 * 60_000 }

/**
 * Where an endpoint begins of which nothing is known. Not at the cap: a server that takes a few calls would refuse all
 * others at once, and doubling twice costs next to nothing.
 */
export const firstState = (cap: number): LimitState => ({
  limit: Math.min(cap, firstLimit),
  knee: null,
  generation: 0,
  floor: 1,
  calmRounds: 0,
  roundsBetweenTries: tries.firstRounds,
  step: 1,
  restMs: 0,
  rests: 0,
})

/**
 * The next step of an endpoint's limit, or undefined if there is nothing to decide yet.
 *
 * Halving at each refusal and adding one a round would use three quarters of a server. Here a refusal takes away what
 * was refused and no more, and is remembered as the knee; only when the lowered limit is refused as well, it halves.
 * From below the knee half the way back is made each round (a round is as many successes as the limit: about one
 * latency), and above it one call more is tried, after 8 calm rounds, then 16, up to 64; tries that succeed go on at
 * once and double. As CUBIC does it (RFC 9438), but counting rounds, since latencies differ by a factor of a hundred.
 *
 * Five failures in a row, and the endpoint is left alone (`restMs`), twice as long each time, until one call gets
 * through.
 */
export function nextState(state: LimitState, report: LimitReport, cap: number): LimitState | undefined {
  const bounded = state.limit > cap ? { ...state, limit: cap } : state
  const limited =
    report.refusals > 0 || report.lateRefusals > 0 ? lowered(bounded, report) : calmed(bounded, report, cap)
  const rested = withRest(limited ?? bounded, report)
  return rested === state ? undefined : rested
}

function lowered(state: LimitState, { refusals, lateRefusals, peak }: LimitReport): LimitState {
  const atLeast = (floor: number, limit: number) => Math.max(1, floor, limit)
  if (refusals === 0) {
    const limit = Math.min(state.limit, atLeast(state.floor, state.limit - lateRefusals))
    return { ...state, limit, knee: Math.min(state.knee ?? limit, limit), calmRounds: 0 }
  }
  const inFlight = Math.max(1, Math.min(state.limit, Math.max(peak, refusals)))
  const floor = Math.max(1, inFlight / 2)
  const taken = atLeast(floor, Math.floor(inFlight) - refusals - lateRefusals)
  const isTry = state.knee !== null && state.limit > state.knee
  const isRefusedAgain = state.knee !== null && !isTry && state.calmRounds === 0
  return {
    ...state,
    limit: isRefusedAgain ? floor : taken,
    knee: taken,
    generation: state.generation + 1,
    floor,
    calmRounds: 0,
    roundsBetweenTries: isTry ? Math.min(state.roundsBetweenTries * 2, tries.mostRounds) : tries.firstRounds,
    step: 1,
  }
}

function calmed(state: LimitState, { successes, peak }: LimitReport, cap: number): LimitState | undefined {
  const { limit, knee } = state
  if (successes < Math.floor(limit)) return undefined
  const calmRounds = state.calmRounds + 1
  // More is not known to be possible while less was asked for.
  if (peak < Math.floor(limit)) return { ...state, calmRounds }
  const to = (next: number, rest: Partial<LimitState> = {}) => ({
    ...state,
    ...rest,
    limit: Math.min(cap, next),
    calmRounds: rest.calmRounds ?? calmRounds,
  })
  if (knee === null) return to(limit * 2)
  if (limit < knee) return to(Math.min(knee, limit + Math.max(1, (knee - limit) / 2)))
  if (limit > knee) {
    const step = state.step * 2
    return to(limit + step, { knee: limit, step, calmRounds: 0, roundsBetweenTries: tries.firstRounds })
  }
  if (calmRounds < state.roundsBetweenTries) return to(limit)
  return to(limit + state.step, { calmRounds: 0 })
}

function withRest(state: LimitState, { successes, failuresInARow }: LimitReport): LimitState {
  if (failuresInARow >= (state.restMs > 0 ? 1 : mostFailuresInARow)) {
    const restMs = state.restMs > 0 ? Math.min(state.restMs * 2, rest.mostMs) : rest.firstMs
    return { ...state, restMs, rests: state.rests + 1 }
  }
  return successes > 0 && failuresInARow === 0 && state.restMs > 0 ? { ...state, restMs: 0 } : state
}
