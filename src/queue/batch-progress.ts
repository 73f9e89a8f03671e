/** How many jobs of one kind a batch has, and how they stand. */
export type KindCounts = {
  total: number
  queued: number
  running: number
  completed: number
  failed: number
  cancelled: number
}

/** Endings of a kind within the last `seconds`, five minutes at most. */
export type KindEndings = { ended: number; seconds: number }

/** Fewer endings, or a shorter time, say nothing about the next ones. */
const leastEndings = 3
const leastSeconds = 5

export const endedOf = ({ completed, failed, cancelled }: KindCounts): number => completed + failed + cancelled
export const liveOf = (counts: KindCounts): number => counts.total - endedOf(counts)

/**
 * How many jobs of a kind there will be: a batch's own kind has all of its jobs from the start, and each of those that
 * are still to end may leave a child, as often as the completed ones have.
 */
function expectedOf(kind: string, counts: ReadonlyMap<string, KindCounts>, batchKind: string): number {
  const { total } = counts.get(kind)!
  const own = counts.get(batchKind)
  if (kind === batchKind || !own || own.completed === 0) return total
  return total + (total / own.completed) * liveOf(own)
}

/**
 * How much of a batch is done, 0 to 100, with the children that its jobs are going to leave behind; 100 only when
 * nothing is live.
 */
export function percentDone(counts: ReadonlyMap<string, KindCounts>, batchKind: string): number {
  let ended = 0
  let live = 0
  let expected = 0
  for (const [kind, each] of counts) {
    ended += endedOf(each)
    live += liveOf(each)
    expected += expectedOf(kind, counts, batchKind)
  }
  return live <= 0 ? 100 : Math.max(0, Math.min(99, Math.floor((100 * ended) / expected)))
}

/**
 * In how many seconds a batch will have ended if it goes on as in the last minutes; kinds are worked on side by side, so
 * the slowest counts. Null: of a kind with work left too few have ended lately to say so.
 */
export function secondsLeft(
  counts: ReadonlyMap<string, KindCounts>,
  endings: ReadonlyMap<string, KindEndings>,
  batchKind: string,
): number | null {
  let longest = 0
  for (const [kind, each] of counts) {
    const left = expectedOf(kind, counts, batchKind) - endedOf(each)
    if (left <= 0) continue
    const { ended, seconds } = endings.get(kind) ?? { ended: 0, seconds: 0 }
    if (ended < leastEndings || seconds < leastSeconds) return null
    longest = Math.max(longest, (left * seconds) / ended)
  }
  return Math.ceil(longest)
}
