import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import { tallyShard } from './turn.ts'

/** Bounds a statement, and so how long it holds its locks. */
const atOnce = 5_000

/** From now on nothing of the kind is claimed; what runs goes on. */
export async function pause(sql: Sql, kind: string): Promise<void> {
  await run(sql, 'kind_pause', [kind])
}

/** The kind is claimed again. A hint makes it at once. */
export async function resume(sql: Sql, kind: string): Promise<void> {
  await run(sql, 'kind_resume', [kind])
}

/** Cancels all queued jobs of a kind, whoever owns them, and returns how many. They can be retried. */
export async function purge(sql: Sql, kind: string): Promise<number> {
  let purged = 0
  for (;;) {
    const rows = await run(sql, 'job_purge', [kind, atOnce, tallyShard])
    purged += rows.length
    if (rows.length < atOnce) return purged
  }
}
