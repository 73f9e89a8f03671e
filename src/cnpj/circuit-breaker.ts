/** A call that the breaker has let through: exactly one of these says how it ended. */
export type GuardedCall = {
  succeeded(): void
  failed(): void
  /** It was not made after all, or nothing can be said about the other side. */
  abandoned(): void
}

export type CircuitBreaker = {
  /** Undefined: leave it alone for now. */
  begin(): GuardedCall | undefined
  /** How long it will still be left alone, at the least; 0 when the next call may be tried. */
  restMs(): number
}

/**
 * Leaves alone what has failed `mostFailures` times in a row, first for `firstRestMs`. After the rest one call is let
 * through: its success ends the trouble, its failure doubles the rest, up to `mostRestMs`.
 *
 * @param now milliseconds on any clock that never goes back
 */
export function createCircuitBreaker({
  mostFailures = 5,
  firstRestMs = 30_000,
  mostRestMs = 5 * 60_000,
  now = () => performance.now(),
}: {
  mostFailures?: number
  firstRestMs?: number
  mostRestMs?: number
  now?: () => number
} = {}): CircuitBreaker {
  let failures = 0
  let restingUntil = 0
  let nextRestMs = firstRestMs
  let probe: object | undefined

  const isOpen = () => failures >= mostFailures
  const rest = () => {
    restingUntil = now() + nextRestMs
    nextRestMs = Math.min(nextRestMs * 2, mostRestMs)
  }

  return {
    begin() {
      const wasOpen = isOpen()
      if (wasOpen && (probe || now() < restingUntil)) return undefined
      const call: GuardedCall = {
        succeeded() {
          if (probe === call) probe = undefined
          failures = 0
          nextRestMs = firstRestMs
        },
        failed() {
          const wasProbe = probe === call
          if (wasProbe) probe = undefined
          // What was begun before the trouble was known does not prolong it.
          if (isOpen() && !wasProbe) return
          failures += 1
          if (isOpen()) rest()
        },
        abandoned() {
          if (probe === call) probe = undefined
        },
      }
      if (wasOpen) probe = call
      return call
    },
    restMs() {
      if (!isOpen()) return 0
      // While one call is out to try, the others do not come back before it has.
      return Math.max(probe ? firstRestMs : 0, Math.ceil(restingUntil - now()))
    },
  }
}
