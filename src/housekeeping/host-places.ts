import { EventEmitter } from 'node:events'
import type { WorkerEvents } from 'graphile-worker'

/** Who takes longer for an answer is slow, and who has not been heard of may be. */
export const slowAfterMs = 3_000

/** How many of a runner's places callbacks may have at once. */
export type HostLimits = {
  /** Of one host that has answered before. Of one that has not: one, to see. */
  perHost: number
  /** Of all hosts whose last try was slow; the last of these for one that had no such try lately. */
  ofSlowHosts: number
  /** Of these, and of those that have not answered yet: the rest is for those that have, and for other tasks. */
  ofDoubtfulHosts: number
}

type Standing = 'quick' | 'slow' | 'new'
type JobUnderWay = { id: string; flags: Record<string, true> | null }
type Seen = { standing: 'quick' | 'slow'; atMs: number }
type HostUnderWay = { host: string; flagged: Standing; sinceMs: number }

/** A fetch that tells nothing for so long no longer holds up the others. */
const patienceMs = 5_000
/** What was seen of so many hosts is kept, the last ones. */
const mostHosts = 1_000
/** For so long after a slow try the last place for slow hosts goes to others. */
const restMs = 20_000

/**
 * Gives callbacks, by the flags that `send_deliveries` (sql/migrations/0022_callback_state.sql) puts on them, only so many
 * of a runner's places: a host that hangs leaves the rest to others, and so do many hosts that hang. What the database knew
 * of a host when the callback was queued, `new` or `slow`, is made good by what was seen here since. Give both to
 * graphile-worker's `run`.
 *
 * Its places look for their next jobs side by side, and each would find the same host free: so they do it one after the
 * other, each knowing what the one before has found.
 */
export function createHostPlaces(
  limits: HostLimits,
  now: () => number = () => performance.now(),
): { events: WorkerEvents; forbiddenFlags: () => Promise<string[]> } {
  const events = new EventEmitter() as WorkerEvents
  const underWay = new Map<string, HostUnderWay>()
  const seen = new Map<string, Seen>()

  function note(host: string, sinceMs: number): void {
    seen.delete(host)
    seen.set(host, { standing: now() - sinceMs > slowAfterMs ? 'slow' : 'quick', atMs: now() })
    if (seen.size > mostHosts) seen.delete(seen.keys().next().value!)
  }

  function begin({ id, flags }: JobUnderWay): void {
    const host = Object.keys(flags ?? {}).find((flag) => flag.startsWith('host '))
    if (host === undefined) return
    const flagged = flags!.slow ? 'slow' : flags!.new ? 'new' : 'quick'
    underWay.set(id, { host, flagged, sinceMs: now() })
  }

  function end({ id }: JobUnderWay): void {
    const ended = underWay.get(id)
    if (!ended) return
    underWay.delete(id)
    note(ended.host, ended.sinceMs)
  }

  function full(): string[] {
    const places = { quick: 0, slow: 0, new: 0 }
    const placesOf = new Map<string, number>()
    for (const { host, sinceMs } of underWay.values()) if (now() - sinceMs > slowAfterMs) note(host, sinceMs)
    const forbidden = new Set<string>()
    for (const { host, flagged } of underWay.values()) {
      const standing = seen.get(host)?.standing ?? flagged
      const ofHost = (placesOf.get(host) ?? 0) + 1
      placesOf.set(host, ofHost)
      places[standing] += 1
      if (ofHost >= (standing === 'new' ? 1 : limits.perHost)) forbidden.add(host)
    }
    const doubtful = places.slow + places.new
    const isFull = places.slow >= limits.ofSlowHosts || doubtful >= limits.ofDoubtfulHosts
    const isLast = places.slow === limits.ofSlowHosts - 1
    for (const [host, { standing, atMs }] of seen) {
      if (standing === 'slow' && (isFull || (isLast && now() - atMs < restMs))) forbidden.add(host)
    }
    if (isFull) forbidden.add('slow')
    if (doubtful >= limits.ofDoubtfulHosts) forbidden.add('new')
    return [...forbidden]
  }

  let lastFetch: Promise<void> = Promise.resolve()
  let fetched = () => {}
  events.on('job:start', ({ job }) => {
    begin(job)
    fetched()
  })
  events.on('job:complete', ({ job }) => end(job))
  events.on('worker:getJob:empty', () => fetched())
  events.on('worker:getJob:error', () => fetched())

  async function forbiddenFlags(): Promise<string[]> {
    const before = lastFetch
    let finish = () => {}
    lastFetch = new Promise((resolve) => {
      finish = resolve
    })
    await before
    const impatient = setTimeout(finish, patienceMs).unref()
    fetched = () => {
      clearTimeout(impatient)
      finish()
    }
    return full()
  }
  return { events, forbiddenFlags }
}
