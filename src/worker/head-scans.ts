import type { Position } from '../queue/turn.ts'

/** Below this a scan from the head costs nothing worth saving, and every claim makes one. */
const cheapMs = 25
/** Otherwise so many times its cost passes before the next, so that they take a tenth of the time … */
const restFactor = 9
/** … but never longer than this: a job that lies before the mark waits for one. */
const mostRestMs = 1_000

/**
 * Where a claim begins to look. While somebody keeps a transaction open, entries of jobs already claimed cannot be removed
 * from the index, and a claim that begins at its head steps over every one of them: after a minute two workers did 1,700
 * no-op jobs a second instead of 9,500, and with the mark as many as before. The jobs claimed last say how far the index
 * is used up; most claims can begin there. What comes to lie before it (a retry, an urgent request) is found by a scan
 * from the head, which is made always when it is cheap, and else a second after the last one at the latest.
 */
export function createHeadScans(now: () => number): {
  /** In how many ms a scan from the head may be made. Infinity: one is under way. */
  restMs(): number
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
  const isSlow = () => costMs >= cheapMs
  return {
    restMs() {
      if (!isSlow()) return 0
      if (underWay > 0) return Number.POSITIVE_INFINITY
      return Math.max(0, endedMs + Math.min(costMs * restFactor, mostRestMs) - now())
    },
    isSlow,
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
      const [last] = [...claimed].sort(byPosition).slice(-1)
      if (last) mark = { priority: last.priority, id: last.id }
    },
  }
}

const byPosition = (a: Position, b: Position): number =>
  a.priority - b.priority || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
