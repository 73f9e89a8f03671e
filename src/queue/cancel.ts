import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import { tallyShard } from './turn.ts'

/** Bounds a statement, and so how long it holds its locks. */
const atOnce = 1_000

/** Cancels those of the jobs that are queued or running, at once, and returns their ids. `owner` null: anyone's. */
export async function cancel(sql: Sql, ids: readonly string[], owner: string | null = null): Promise<string[]> {
  const rows = await run<{ id: string }>(sql, 'job_cancel', [ids, owner, tallyShard])
  return rows.map(({ id }) => id)
}

/** `code` is that of a queued job's last try; `owner` null or absent: everybody's. */
export type CancelFilter = {
  status?: 'queued' | 'running' | undefined
  kind?: string | undefined
  code?: string | undefined
  batch?: string | undefined
  owner?: string | null
}

/**
 * The same for all live jobs that fit the filter, whoever else wants them; a batch's, unlike `cancelBatch`, are ended for
 * other batches and requests too. Returns how many were cancelled.
 */
export async function cancelWhere(sql: Sql, filter: CancelFilter): Promise<number> {
  const { status = null, kind = null, code = null, batch = null, owner = null } = filter
  const parameters = [status, kind, code, batch, owner, tallyShard, atOnce]
  // Until there is none left, rather than fewer than asked for: those passed over may be there now.
  for (let cancelled = 0; ; ) {
    const rows = await run(sql, 'job_cancel_where', parameters, { planAnew: true })
    if (rows.length === 0) return cancelled
    cancelled += rows.length
  }
}
