import { setTimeout as wait } from 'node:timers/promises'
import type { Sql } from '../db/connect.ts'
import { withPatience } from '../db/patience.ts'
import { run } from '../db/queries.ts'

/** Batches are marked as ended once a second. */
const intervalMs = 1_000
/** Bounds a statement. */
const atOnce = 5_000

/** Resolves when the batch has ended or is gone, when the time is over, or when one of the signals fires. */
export type BatchWatch = (id: string, waitMs: number, gone: AbortSignal) => Promise<void>

/**
 * One look a second for all who wait for batches in a process, and none while nobody does. An outage of the database is
 * waited out.
 */
export function createBatchWatch(
  sql: Sql,
  {
    patienceMs,
    stopping,
    onError,
  }: { patienceMs: number; stopping?: AbortSignal | undefined; onError(error: Error): void },
): BatchWatch {
  const waiting = new Map<string, Set<() => void>>()
  let isLooking = false

  async function keepLooking() {
    while (waiting.size > 0) {
      await wait(intervalMs, undefined, { ref: false })
      const ids = [...waiting.keys()]
      for (let from = 0; from < ids.length; from += atOnce) {
        const call = run<{ id: string }>(sql, 'batch_find_ended', [ids.slice(from, from + atOnce)])
        const ended = await withPatience(call, patienceMs).catch((error: Error) => {
          onError(error)
          return []
        })
        for (const { id } of ended) for (const settle of [...(waiting.get(id) ?? [])]) settle()
      }
    }
    isLooking = false
  }

  return (id, waitMs, gone) =>
    new Promise((resolve) => {
      if (gone.aborted || stopping?.aborted) return resolve()
      const all = waiting.get(id) ?? new Set()
      const settle = () => {
        clearTimeout(timer)
        gone.removeEventListener('abort', settle)
        stopping?.removeEventListener('abort', settle)
        all.delete(settle)
        if (all.size === 0 && waiting.get(id) === all) waiting.delete(id)
        resolve()
      }
      const timer = setTimeout(settle, waitMs)
      gone.addEventListener('abort', settle)
      stopping?.addEventListener('abort', settle)
      waiting.set(id, all.add(settle))
      if (isLooking) return
      isLooking = true
      void keepLooking()
    })
}
