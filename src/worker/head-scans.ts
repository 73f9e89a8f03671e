import type { Position } from '../queue/turn.ts'

/** A scan from the head that takes longer must not have all slots wait for it. */
const slowMs = 25
/** So many times its cost passes before the next, so that they take a tenth of the time, but at least … */
const restFactor = 9
const leastRestMs = 20
/** … and at most so long: a job that lies before the mark waits for one. Longer while nobody has said that there is any. */
const mostRestMs = { told: 1_000, untold: 5_000 }

/**
 * Where a claim begins to look. The entries of jobs already claimed stay in the index until vacuum has been there, and a
 * claim that begins at its head steps over every one of them: 200,000 no-op jobs took 84 µs of database each from the
 * head and 49 from where the last claim ended, and while somebody holds a transaction open it gets worse by the minute
 * (9,500 jobs a second became 1,700). So claims begin at the mark, where the last one ended. What comes to lie before it
 * (a retry, an urgent request) is found from the head: after a rest of 20 ms, or longer where such a scan is dear.
 */
export function createHeadScans(now: () => number): {
  /** In how many ms a scan from the head may be made. Infinity: one is under way. `isTold`: a hint came since the last. */
  restMs(isTold: boolean): number
  isSlow(): boolean
  /** Where the last claim ended; undefined before the first. */
  mark(): Position | undefined
  /** A scan from the head begins; what is returned is called when it has succeeded (its time counts) or failed. */
  begin(): (hasSucceeded: boolean) => void
  moveMark(claimed: readonly Position[]): void
} {
  let mark: Position | undefined
  let costMs = 0 // the quicker of the last two: a hiccup does not count
  let lastTookMs = 0
  let endedMs = Number.NEGATIVE_INFINITY
  let underWay = 0
  return {
    restMs(isTold) {
      if (underWay > 0) return Number.POSITIVE_INFINITY
      const mostMs = isTold ? mostRestMs.told : mostRestMs.untold
      const restMs = Math.min(Math.max(costMs * restFactor, leastRestMs), mostMs)
      return Math.max(0, endedMs + restMs - now())
    },
    isSlow: () => costMs >= slowMs,
    mark: () => mark,
    begin() {
      const startedMs = now()
      underWay += 1
      return (hasSucceeded) => {
        underWay -= 1
        if (!hasSucceeded) return
        endedMs = now()
        const tookMs = endedMs - startedMs
        costMs = Math.min(tookMs, lastTookMs)
        lastTookMs = tookMs
      }
    },
    moveMark(claimed) {
      if (claimed.length === 0) return
      const { priority, id } = claimed.reduce((last, one) => (isAfter(one, last) ? one : last))
      mark = { priority, id }
    },
  }
}

const isAfter = (a: Position, b: Position): boolean =>
  a.priority > b.priority || (a.priority === b.priority && a.id > b.id)
