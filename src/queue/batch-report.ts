import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'

/** What became of a line of a batch. `job_id` null: it was not valid, and `error` says why. */
export type ReportedLine = {
  position: number
  line: number
  job_id: string | null
  external_id: string | null
  deduplicated: boolean
  error: { field: string; reason: string }[] | null
}

/** Before the first line of a batch. */
export const beforeAllLines = -1

/** Whether there is such a batch, and it is the owner's (null: whoever's). */
export const isBatchVisible = async (sql: Sql, batchId: string, owner: string | null): Promise<boolean> =>
  (await run(sql, 'batch_find_visible', [batchId, owner])).length > 0

/** Up to `limit` lines of a batch in the order in which they were sent, from behind a position on. */
export const reportLines = (sql: Sql, batchId: string, position: number, limit: number): Promise<ReportedLine[]> =>
  run<ReportedLine>(sql, 'batch_report', [batchId, position, limit])
