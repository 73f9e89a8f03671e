import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'

/** Bounds a statement: small enough that no job's search waits for it. */
const atOnce = 2_000

/**
 * Deletes the search answers that nobody would be given any more: older than `days`, empty ones older than one day, and
 * with 0 days all of them. In small steps; returns how many those were.
 */
export async function forgetSearchAnswers(sql: Sql, days: number, signal?: AbortSignal): Promise<number> {
  let forgotten = 0
  for (const isEmpty of [true, false]) {
    const kept = isEmpty ? Math.min(days, 1) : days
    for (let deleted = atOnce; deleted === atOnce && !signal?.aborted; forgotten += deleted) {
      deleted = (await run(sql, 'search_answer_forget', [isEmpty, kept, atOnce])).length
    }
  }
  return forgotten
}
