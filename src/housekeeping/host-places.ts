import { EventEmitter } from 'node:events'
import type { WorkerEvents } from 'graphile-worker'

/** A fetch that tells nothing for so long no longer holds up the others. */
const patienceMs = 5_000

/**
 * Gives the jobs that share a flag, callbacks to one host, only so many of a runner's places, so that a host that hangs
 * leaves the rest to others. Give both to graphile-worker's `run`.
 *
 * Its places look for their next jobs side by side, and each would find the same host free: so they do it one after the
 * other, each knowing what the one before has found.
 */
export function createHostPlaces(mostPerHost: number): {
  events: WorkerEvents
  forbiddenFlags: () => Promise<string[]>
} {
  const events = new EventEmitter() as WorkerEvents
  const underWay = new Map<string, number>()
  const count = (flags: Record<string, true> | null, by: 1 | -1) => {
    for (const flag of Object.keys(flags ?? {})) {
      const jobs = (underWay.get(flag) ?? 0) + by
      if (jobs > 0) underWay.set(flag, jobs)
      else underWay.delete(flag)
    }
  }

  let lastFetch: Promise<void> = Promise.resolve()
  let fetched = () => {}
  events.on('job:start', ({ job }) => {
    count(job.flags, 1)
    fetched()
  })
  events.on('job:complete', ({ job }) => count(job.flags, -1))
  events.on('worker:getJob:empty', () => fetched())
  events.on('worker:getJob:error', () => fetched())

  async function forbiddenFlags(): Promise<string[]> {
    const before = lastFetch
    let end = () => {}
    lastFetch = new Promise((resolve) => {
      end = resolve
    })
    await before
    const impatient = setTimeout(end, patienceMs).unref()
    fetched = () => {
      clearTimeout(impatient)
      end()
    }
    return [...underWay].flatMap(([flag, jobs]) => (jobs >= mostPerHost ? [flag] : []))
  }
  return { events, forbiddenFlags }
}
