import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'

/** A client that repeats a request does so within minutes; a person with a sheet, within days. */
const keptDays = 7
/** Bounds a statement: answers to batches are large. */
const atOnce = 1_000

/** Deletes the keys of requests that are older than seven days, with their answers. Returns how many those were. */
export async function forgetIdempotencyKeys(sql: Sql, signal?: AbortSignal): Promise<number> {
  let forgotten = 0
  for (let deleted = atOnce; deleted === atOnce && !signal?.aborted; forgotten += deleted) {
    deleted = (await run(sql, 'idempotency_forget', [keptDays, atOnce])).length
  }
  return forgotten
}
