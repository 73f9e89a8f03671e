import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'

/** Bounds a statement, and so how long it holds its locks. */
const atOnce = 1_000
/** Somebody submitted the same company between the look and the write; the next look sees it. */
const uniqueViolation = '23505'
const mostTries = 5

export type RetryFilter = {
  status: 'failed' | 'cancelled'
  kind?: string
  code?: string
  batch?: string
  owner?: string
}

/**
 * Queues failed and cancelled jobs again, with all their tries, and returns their ids. What is live or completed stays as
 * it is, and so does a job whose company has a live one by now. Send a hint for the kinds afterwards.
 */
export async function retry(
  sql: Sql,
  ids: readonly string[],
  owner: string | null = null,
): Promise<{ id: string; kind: string }[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run<{ id: string; kind: string }>(sql, 'job_retry', [ids, owner])
    } catch (error) {
      if ((error as { code?: string }).code !== uniqueViolation || attempt === mostTries) throw error
    }
  }
}

/** The same for all jobs that fit the filter; returns how many were queued again. */
export async function retryWhere(sql: Sql, filter: RetryFilter): Promise<number> {
  const { status, kind = null, code = null, batch = null, owner = null } = filter
  let retried = 0
  let after: string | null = null
  for (;;) {
    const parameters: (string | number | null)[] = [status, kind, code, batch, owner, after, atOnce]
    const rows: { id: string }[] = await run(sql, 'job_find_ended_badly', parameters, { planAnew: true })
    const ids = rows.map(({ id }) => id)
    if (ids.length > 0) retried += (await retry(sql, ids, owner)).length
    if (ids.length < atOnce) return retried
    after = ids.at(-1)!
  }
}
