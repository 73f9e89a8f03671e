import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'

/** Bounds a statement: small enough that a claim never waits for it. */
const atOnce = 2_000
/** A batch may have 100,000 lines, which go with it. */
const batchesAtOnce = 10

/** For how long ended jobs are kept, in days since they ended; 0: for ever. */
export type Retention = { completedDays: number; failedDays: number; cancelledDays: number }

/** The smallest id that a job submitted at a time can have: ids begin with their time (RFC 9562, version 7). */
export function firstIdOf(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}

/**
 * Deletes what is older than its retention, in small steps, and returns how many jobs that was. Batches go when the last
 * of their jobs has gone.
 */
export async function forget(sql: Sql, retention: Retention, now: Date, signal?: AbortSignal): Promise<number> {
  const { completedDays, failedDays, cancelledDays } = retention
  const before = (days: number) => new Date(now.getTime() - days * 86_400_000)
  let forgotten = 0
  for (const [status, days] of [
    ['completed', completedDays],
    ['failed', failedDays],
    ['cancelled', cancelledDays],
  ] as const) {
    if (days === 0) continue
    for (let deleted = atOnce; deleted === atOnce && !signal?.aborted; forgotten += deleted) {
      const time = before(days)
      deleted = (await run(sql, 'job_forget', [status, time.toISOString(), firstIdOf(time), atOnce])).length
    }
  }
  if (completedDays > 0 && failedDays > 0 && cancelledDays > 0) {
    const oldest = firstIdOf(before(Math.max(completedDays, failedDays, cancelledDays)))
    for (let gone = batchesAtOnce; gone === batchesAtOnce && !signal?.aborted; ) {
      gone = (await run(sql, 'batch_forget', [oldest, batchesAtOnce])).length
    }
  }
  return forgotten
}
