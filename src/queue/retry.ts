import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'

/** Bounds a statement, and so how long it holds its locks. */
const atOnce = 1_000
/** Somebody submitted the same company between the look and the write; the next look sees it. */
const uniqueViolation = '23505'
const mostTries = 5

/** `owner` null or absent: everybody's. */
export type RetryFilter = {
  status: 'failed' | 'cancelled'
  kind?: string | undefined
  code?: string | undefined
  batch?: string | undefined
  owner?: string | null
}

/** Where many jobs that come back take their place, as src/queue/fair-share.ts gives it to a batch. */
export type RetryShare = { priority: number; itemsPerPriority: number }

/**
 * Queues failed and cancelled jobs again, with all their tries, and returns their ids. What is live or completed stays as
 * it is, and so does a job whose company has a live one by now. Send a hint for the kinds afterwards.
 * @param owner null: anyone's. @param share where they begin; without one each keeps its priority.
 */
export async function retry(
  sql: Sql,
  ids: readonly string[],
  owner: string | null = null,
  share?: RetryShare,
): Promise<{ id: string; kind: string }[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run<{ id: string; kind: string }>(sql, 'job_retry', [
        ids,
        owner,
        share?.priority ?? null,
        share?.itemsPerPriority ?? 1,
      ])
    } catch (error) {
      if ((error as { code?: string }).code !== uniqueViolation || attempt === mostTries) throw error
    }
  }
}

/**
 * The same for all jobs that fit the filter; returns how many were queued again. A batch in the filter wants its jobs again,
 * if it was cancelled.
 */
export async function retryWhere(sql: Sql, filter: RetryFilter, share?: RetryShare): Promise<number> {
  const { status, kind = null, code = null, batch = null, owner = null } = filter
  if (batch !== null) await wantAgain(sql, batch, owner)
  let retried = 0
  let after: string | null = null
  for (;;) {
    const parameters: (string | number | null)[] = [status, kind, code, batch, owner, after, atOnce]
    const rows: { id: string }[] = await run(sql, 'job_find_ended_badly', parameters, { planAnew: true })
    const ids = rows.map(({ id }) => id)
    const from = share && { ...share, priority: share.priority + Math.floor(retried / share.itemsPerPriority) }
    if (ids.length > 0) retried += (await retry(sql, ids, owner, from)).length
    if (ids.length < atOnce) return retried
    after = ids.at(-1)!
  }
}

/**
 * Takes back that the batch was cancelled (`cancelBatch`), before its jobs are looked for: so whatever a cancel beside this
 * one still ends is found. Not inside a transaction that goes on. `owner` null: whoever's.
 */
export async function wantAgain(sql: Sql, batchId: string, owner: string | null = null): Promise<void> {
  await run(sql, 'batch_want_again', [batchId, owner])
}
