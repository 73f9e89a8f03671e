import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import { tallyShard } from './turn.ts'

/** Cancels those of the jobs that are queued or running, at once, and returns their ids. */
export async function cancel(sql: Sql, ids: readonly string[], owner: string | null = null): Promise<string[]> {
  const rows = await run<{ id: string }>(sql, 'job_cancel', [ids, owner, tallyShard])
  return rows.map(({ id }) => id)
}
