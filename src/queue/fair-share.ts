import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import { createLane, jobsPerPriority, type Lane } from './fair-lane.ts'

/** Where singles begin. They rise from here while any of them waits, and pass batches, which are above 0. */
const firstSingle = -1_000_000_000
/** Where batches begin when none waits. */
const firstBatch = 1
/** So many singles of an owner pass the batches: two runs of n8n with forty items, and some. Who sends more is a batch. */
const mostAhead = 100
/** However many batches an owner has: a place is an `integer`, and the last of 100,000 lines must have one. */
const leastPerPriority = 1 / 1_000
/** How long it may be that the head was looked up. */
const headMs = 1_000
/** Older than this, it says nothing about the queue as it is. */
const staleMs = 5_000

export type FairShare = {
  /** The priority of a request of its own. */
  single(kind: string, owner: string): Promise<number>
  /** The priority of a batch's first job, and how many of its jobs share one: a fraction where each moves on by several. */
  batch(kind: string, owner: string): Promise<{ priority: number; itemsPerPriority: number }>
}

/**
 * Shares a kind's queue between owners, by the priorities that jobs get as they are enqueued (start-time fair queueing:
 * Goyal, Vin, Cheng 1996). A claim takes the lowest priority and knows nothing of it.
 *
 * The head of the queue, the lowest priority that is due, is the virtual time. Whoever comes begins there, neither
 * behind 100,000 jobs that others have waiting nor before them all, and moves on by one priority for each 10 jobs; so of
 * any two owners who have a batch waiting, each gets half of the claims. The second batch that an owner has under way
 * moves on four times as fast, the third nine times, the k-th k². So a small list does not wait for the large one that
 * the same owner sent before, and all of his together get 1 + 1/4 + 1/9 + …, which never reaches 1.65 times the share of
 * one: 62 % of the claims against one batch of another's.
 *
 * Singles have a lane of their own before the batches. Of one owner, 100 may wait there, and no more than 100 may have
 * passed the batches without these having moved on: each one also counts as a job of a batch of its owner's, and who
 * is 100 ahead stands with the batches where that has come to, and stays there until what he has there is served. How
 * far an owner's singles have come is known to this process alone: several processes give one who sends to all of them
 * as many shares.
 *
 * The head is looked up once a second and kind at most, while requests come, and no request waits for it but the first;
 * for an owner whose singles stand with the batches, so are his open batches.
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
      sentBack: new Map(),
      open: new Map(),
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
    if (of.batch.moveTo(heads!.batch, true)) of.sentBack.clear()
    for (const [owner, last] of of.sentBack) if (last < of.batch.head()) of.sentBack.delete(owner)
    of.open.clear()
    of.lookedMs = askedMs
    of.hasNewBatch = false
  }

  async function countOpen(owner: string, kind: string, priority: number): Promise<number> {
    const [batches] = await run<{ open: number }>(sql, 'batch_count_open', [owner, kind, priority])
    return batches!.open
  }

  /** The same, as it was known last; none, when nothing can be known. */
  const knownOpen = (of: Lanes, owner: string, kind: string): Promise<number> => {
    const known = of.open.get(owner) ?? countOpen(owner, kind, of.batch.head()).catch(() => 0)
    of.open.set(owner, known)
    return known
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
      const isAhead = Math.max(of.single.jobsAhead(owner), of.batch.jobsAhead(owner)) >= mostAhead
      if (!isAhead && !of.sentBack.has(owner)) {
        of.batch.take(owner)
        return of.single.take(owner)
      }
      const priority = of.batch.take(owner, steps(await knownOpen(of, owner, kind)))
      of.sentBack.set(owner, priority)
      return priority
    },
    async batch(kind, owner) {
      const of = lanesOf(kind)
      if (of.hasNewBatch || now() - of.lookedMs > headMs) await look(kind, of)
      of.hasNewBatch = true
      const priority = of.batch.head()
      // Where none is due, those that are still open have nothing left to wait with.
      const open = of.batch.isEmpty() ? 0 : await countOpen(owner, kind, priority)
      const others = open + Number(of.sentBack.has(owner))
      return { priority, itemsPerPriority: Math.max(leastPerPriority, jobsPerPriority / steps(others)) }
    },
  }
}

/** How fast the next batch moves on, of an owner who has so many. */
const steps = (others: number): number => (1 + others) ** 2

type Lanes = {
  single: Lane
  batch: Lane
  /** The priority of the last single of each owner that stands with the batches and is not served yet. */
  sentBack: Map<string, number>
  /** How many open batches these owners have, as of the look. */
  open: Map<string, Promise<number>>
  lookedMs: number
  /** A batch has been given its place since the look: it may be the new head. */
  hasNewBatch: boolean
  looking?: Promise<void> | undefined
}
