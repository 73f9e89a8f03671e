import { setTimeout as wait } from 'node:timers/promises'
import { isConnectionError } from '../../db/connect.ts'
import { withPatience } from '../../db/patience.ts'
import type { JobReader } from '../../queue/job-reader.ts'
import type { JobWatch } from '../../queue/job-watch.ts'
import type { Job } from '../../queue/look-up.ts'
import { isAllTerminal, isTerminal } from './job-view.ts'

export type WaitOptions = {
  waitMs: number
  /** Wait for the children, too. */
  untilChildren: boolean
  includeChildren: boolean
  mayBeSeen(job: Job): boolean
  /** Fires when the caller has gone away. */
  gone: AbortSignal
}

/** While the database is away. */
const againMs = 500
/** For one last look when the time is over: what was known before is better than a late answer. */
const lastLookMs = 2_000

/**
 * The job once it has ended, or as it stands when the time is over or the process stops; undefined when there is none, or
 * the caller may not see it. An outage of the database is waited out; when the time is over, what was known last is
 * answered.
 * @throws a connection error when the time is over and nothing was ever known
 */
export async function waitForJob(
  { reader, watch }: { reader: JobReader; watch: JobWatch },
  id: string,
  { waitMs, untilChildren, includeChildren, mayBeSeen, gone }: WaitOptions,
): Promise<Job | undefined> {
  const end = performance.now() + waitMs
  const leftMs = () => end - performance.now()
  const isDone = untilChildren ? isAllTerminal : (job: Job) => isTerminal(job.status)
  let known: Job | undefined
  let isLast = false
  for (;;) {
    try {
      const look = reader.read(id, includeChildren)
      const job: Job | undefined = await withPatience(look, isLast ? lastLookMs : Math.max(lastLookMs, leftMs()))
      if (!job || !mayBeSeen(job)) return undefined
      known = job
      if (isDone(job)) return job
    } catch (error) {
      if (!isConnectionError(error) || (isLast && !known)) throw error
      if (!isLast) await wait(Math.min(againMs, Math.max(0, leftMs())), undefined, { signal: gone }).catch(() => {})
    }
    if (isLast || gone.aborted) return known
    const why: string = known ? await untilEnd(watch, id, { untilChildren, waitMs: leftMs(), gone }) : 'unknown'
    if (why === 'stopping') return known
    isLast = why === 'over' || leftMs() <= 0
  }
}

/** Waits without asking anything: a timer, and a place in the watch. */
function untilEnd(
  watch: JobWatch,
  id: string,
  { untilChildren, waitMs, gone }: { untilChildren: boolean; waitMs: number; gone: AbortSignal },
): Promise<'ended' | 'stopping' | 'over' | 'gone'> {
  return new Promise((resolve) => {
    const settle = (why: 'ended' | 'stopping' | 'over' | 'gone') => {
      clearTimeout(timer)
      gone.removeEventListener('abort', onGone)
      forget()
      resolve(why)
    }
    const onGone = () => settle('gone')
    const timer = setTimeout(() => settle('over'), Math.max(0, waitMs))
    gone.addEventListener('abort', onGone)
    const forget = watch.onEnd(id.toLowerCase(), untilChildren, settle)
  })
}
