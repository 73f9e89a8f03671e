import { setTimeout as wait } from 'node:timers/promises'
import type { Sql } from '../db/connect.ts'
import { withPatience } from '../db/patience.ts'
import { run } from '../db/queries.ts'
import type { JobStatus } from './look-up.ts'

/** How soon the end of a job is seen. */
const intervalMs = 250
/** A round rests for so many times as long as it took, so that a large one takes a fifth of a connection, not all; */
const restFactor = 4
/** but not for longer: it may have been slow for another reason. */
const mostRestMs = 1_000
/** After a round that failed. */
const failedMs = 1_000
/** Bounds a statement. */
const atOnce = 5_000

export type JobProgress = {
  id: string
  kind: string
  status: JobStatus
  progress: object | null
  children: { id: string; kind: string; status: JobStatus; progress: object | null }[] | null
}

/** Ended or deleted, or the process is about to end. */
export type WhyNoMore = 'ended' | 'stopping'

export type JobWatch = {
  /**
   * Calls back once, when the job has ended (with `withChildren`: its children, too) or is gone, or when the process
   * stops. Returns what forgets it.
   */
  onEnd(id: string, withChildren: boolean, callBack: (why: WhyNoMore) => void): () => void
  /** Calls back with how far a job is, about every 250 ms; undefined: it is gone, or the process stops. */
  onProgress(id: string, callBack: (progress: JobProgress | undefined) => void): () => void
}

type Callbacks<Told> = Map<string, Set<(told: Told) => void>>

/**
 * One watcher for all who wait in a process: while anybody does, one statement about every 250 ms asks for all jobs that
 * are waited for, and one for those whose progress is followed. An outage of the database is waited out.
 */
export function createJobWatch(
  sql: Sql,
  {
    patienceMs,
    stopping,
    onError,
  }: { patienceMs: number; stopping?: AbortSignal | undefined; onError(error: Error): void },
): JobWatch {
  const alone: Callbacks<WhyNoMore> = new Map()
  const withTheirChildren: Callbacks<WhyNoMore> = new Map()
  const followed: Callbacks<JobProgress | undefined> = new Map()
  let isRunning = false

  const tellEnd = (waiting: Callbacks<WhyNoMore>, id: string, why: WhyNoMore) => {
    const callBacks = waiting.get(id)
    waiting.delete(id)
    for (const callBack of callBacks ?? []) callBack(why)
  }

  async function lookForEnded() {
    const ids = [...alone.keys()].map((id) => ({ id, withChildren: false }))
    for (const id of withTheirChildren.keys()) ids.push({ id, withChildren: true })
    for (let from = 0; from < ids.length; from += atOnce) {
      const some = ids.slice(from, from + atOnce)
      const [plain, parents] = [some.filter((each) => !each.withChildren), some.filter((each) => each.withChildren)]
      const parameters = [plain.map(({ id }) => id), parents.map(({ id }) => id)]
      const call = run<{ id: string; with_children: boolean }>(sql, 'job_find_ended', parameters)
      for (const { id, with_children: isParent } of await withPatience(call, patienceMs)) {
        tellEnd(isParent ? withTheirChildren : alone, id, 'ended')
      }
    }
  }

  async function lookForProgress() {
    const ids = [...followed.keys()]
    for (let from = 0; from < ids.length; from += atOnce) {
      const some = ids.slice(from, from + atOnce)
      const rows = await withPatience(run<JobProgress>(sql, 'job_find_progress', [some]), patienceMs)
      const found = new Map(rows.map((row) => [row.id, row]))
      for (const id of some) {
        for (const callBack of [...(followed.get(id) ?? [])]) callBack(found.get(id))
      }
    }
  }

  const isWaitedFor = () => alone.size + withTheirChildren.size + followed.size > 0

  async function keepLooking() {
    while (isWaitedFor()) {
      const startedMs = performance.now()
      let restMs: number
      try {
        await lookForEnded()
        await lookForProgress()
        restMs = Math.min(mostRestMs, Math.max(intervalMs, restFactor * (performance.now() - startedMs)))
      } catch (error) {
        onError(error as Error)
        restMs = failedMs
      }
      await wait(restMs, undefined, { ref: false })
    }
    isRunning = false
  }

  function add<Told>(waiting: Callbacks<Told>, id: string, callBack: (told: Told) => void): () => void {
    const callBacks = waiting.get(id) ?? new Set()
    waiting.set(id, callBacks.add(callBack))
    if (!isRunning) {
      isRunning = true
      // What the caller has just read has not changed yet.
      void wait(intervalMs, undefined, { ref: false }).then(keepLooking)
    }
    return () => {
      if (!callBacks.delete(callBack) || callBacks.size > 0 || waiting.get(id) !== callBacks) return
      waiting.delete(id)
    }
  }

  stopping?.addEventListener('abort', () => {
    for (const waiting of [alone, withTheirChildren])
      for (const id of [...waiting.keys()]) tellEnd(waiting, id, 'stopping')
    for (const callBacks of [...followed.values()]) for (const callBack of [...callBacks]) callBack(undefined)
  })

  return {
    onEnd(id, withChildren, callBack) {
      if (!stopping?.aborted) return add(withChildren ? withTheirChildren : alone, id, callBack)
      queueMicrotask(() => callBack('stopping'))
      return () => {}
    },
    onProgress(id, callBack) {
      if (!stopping?.aborted) return add(followed, id, callBack)
      queueMicrotask(() => callBack(undefined))
      return () => {}
    },
  }
}
