import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'

/** How many jobs of one owner share a priority: what one owner gets before the next has his turn. */
const itemsPerPriority = 50
/** Where singles begin. They rise from here while any of them waits, and pass batches, which are above 0. */
const firstSingle = -1_000_000_000
/** A single that would stand so far behind the head of the singles has 2,000 of its own owner's before it. */
const mostLevelsAhead = 40
/** Where batches begin when none waits. */
const firstBatch = 1
/** How long it may be that the head was looked up. */
const headMs = 1_000
/** Older than this, it says nothing about the queue as it is. */
const staleMs = 5_000

export type FairShare = {
  /** The priority of a request of its own. */
  single(kind: string, owner: string): Promise<number>
  /** The priority of a batch's first job, and how many of its jobs share one. */
  batch(kind: string, owner: string): Promise<{ priority: number; itemsPerPriority: number }>
}

/**
 * Shares a kind's queue between owners, by the priorities that jobs get as they are enqueued (start-time fair queueing:
 * Goyal, Vin, Cheng 1996). A claim takes the lowest priority and knows nothing of it.
 *
 * The head of the queue, the lowest priority that is due, is the virtual time. Whoever comes begins there, neither
 * behind 100,000 jobs that others have waiting nor before them all, and moves on by one priority for each 50 jobs; so of
 * any two owners who have jobs waiting, each gets half of the claims. The second batch that an owner has under way moves
 * twice as fast, the third three times, so that ten batches do not take ten shares.
 *
 * Singles have a lane of their own before the batches. Of one owner, 2,000 may wait there; what comes on top goes to the
 * lane of the batches, as if it were one. How far an owner's singles have come is known to this process alone: several
 * processes give one who sends to all of them as many shares of the singles.
 *
 * The head is looked up once a second and kind at most, while requests come, and no request waits for it but the first.
 * @param now in ms, never going back.
 */
export function createFairShare(sql: Sql, now: () => number = () => performance.now()): FairShare {
  const lanes = new Map<string, Lanes>()

  const lanesOf = (kind: string): Lanes => {
    const known = lanes.get(kind)
    if (known) return known
    const made: Lanes = {
      single: createLane(firstSingle),
      batch: createLane(firstBatch),
      lookedMs: Number.NEGATIVE_INFINITY,
      hasNewBatch: false,
    }
    lanes.set(kind, made)
    return made
  }

  const look = (kind: string, of: Lanes): Promise<void> => {
    of.looking ??= lookUp(kind, of).finally(() => {
      of.looking = undefined
    })
    return of.looking
  }

  async function lookUp(kind: string, of: Lanes): Promise<void> {
    const askedMs = now()
    const isStale = askedMs - of.lookedMs > staleMs
    const [heads] = await run<{ single: number | null; batch: number | null }>(sql, 'queue_heads', [kind])
    of.single.moveTo(heads!.single, isStale)
    of.batch.moveTo(heads!.batch, true)
    of.lookedMs = askedMs
    of.hasNewBatch = false
  }

  async function countOpen(owner: string, kind: string, priority: number): Promise<number> {
    const [batches] = await run<{ open: number }>(sql, 'batch_count_open', [owner, kind, priority])
    return batches!.open
  }

  return {
    async single(kind, owner) {
      const of = lanesOf(kind)
      const ageMs = now() - of.lookedMs
      if (ageMs > headMs) {
        // Without an answer there is nothing to enqueue into, either; that call has its own way of saying so.
        const looked = look(kind, of).catch(() => {})
        if (ageMs > staleMs) await looked
      }
      const lane = of.single.levelsAhead(owner) < mostLevelsAhead ? of.single : of.batch
      return lane.take(owner)
    },
    async batch(kind, owner) {
      const of = lanesOf(kind)
      if (of.hasNewBatch || now() - of.lookedMs > headMs) await look(kind, of)
      of.hasNewBatch = true
      const priority = of.batch.head()
      // Where none is due, those that are still open have nothing left to wait with.
      const open = of.batch.isEmpty() ? 0 : await countOpen(owner, kind, priority)
      return { priority, itemsPerPriority: Math.max(1, Math.floor(itemsPerPriority / (1 + open))) }
    },
  }
}

type Lanes = {
  single: Lane
  batch: Lane
  lookedMs: number
  /** A batch has been given its place since the look: it may be the new head. */
  hasNewBatch: boolean
  looking?: Promise<void> | undefined
}

type Lane = ReturnType<typeof createLane>

/** Where the head of a lane is, and how far each owner's requests reach behind it. */
function createLane(first: number) {
  let head = first
  let isEmpty = true
  let reached = new Map<string, number>()
  const startOf = (owner: string) => Math.max(head, reached.get(owner) ?? head)
  return {
    head: () => head,
    isEmpty: () => isEmpty,
    levelsAhead: (owner: string): number => Math.floor(startOf(owner)) - head,
    /** The priority of the owner's next request. */
    take(owner: string): number {
      const start = startOf(owner)
      reached.set(owner, start + 1 / itemsPerPriority)
      return Math.floor(start)
    },
    /**
     * @param due the lowest priority that is due; null: none is, and all begin anew.
     * @param mayFall whether a lower one than before means that the lane has been empty in between. Otherwise it is a job
     * that came back from a failed try with its old priority, and nobody begins before the others for that.
     */
    moveTo(due: number | null, mayFall: boolean): void {
      isEmpty = due === null
      const isAnew = due === null || (mayFall && due < head)
      head = isAnew ? (due ?? first) : Math.max(head, due)
      reached = isAnew ? new Map() : new Map([...reached].filter(([, upTo]) => upTo > head))
    },
  }
}
