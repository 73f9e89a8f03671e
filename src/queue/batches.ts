import type { Pool, Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import { type KindCounts, type KindEndings, liveOf } from './batch-progress.ts'
import type { CallbackState } from './callbacks.ts'
import type { JobStatus } from './look-up.ts'
import type { JobError } from './outcome.ts'
import { type RetryShare, retry, wantAgain } from './retry.ts'

/** Bound statements, and so how long they hold their locks. */
const changesAtOnce = 20_000
const linesAtOnce = 1_000

/**
 * Brings the counts of batches up to date, marks those as ended that are over, and queues the deliveries of their
 * callbacks: one for each ending, however many processes do this. With nothing to do it costs one small look.
 * Returns the ids of the batches that ended.
 * @throws an error that {@link isRetryable} knows when a retry held a batch; the next call does the work
 */
export async function foldBatches(pool: Pool): Promise<string[]> {
  const endedIds: string[] = []
  for (;;) {
    const [look] = await run<{ has_changes: boolean }>(pool, 'batch_has_changes', [])
    if (!look!.has_changes) return endedIds
    const { changes, ended } = await pool.begin(foldSome)
    endedIds.push(...ended)
    if (changes < changesAtOnce) return endedIds
  }
}

async function foldSome(tx: Sql): Promise<{ changes: number; ended: string[] }> {
  const folded = await run<{ id: string; is_retried: boolean; changes: number }>(tx, 'batch_fold', [changesAtOnce])
  if (folded.length === 0) return { changes: 0, ended: [] }
  const retried = folded.filter(({ is_retried }) => is_retried)
  const [row] = await run<{ ended: string[] }>(tx, 'batch_end', [
    folded.map(({ id }) => id),
    retried.map(({ id }) => id),
  ])
  return { changes: folded.reduce((sum, { changes }) => sum + changes, 0), ended: row!.ended }
}

/** A batch and how its jobs, and the jobs that these enqueued, stand at this moment. */
export type Batch = {
  id: string
  kind: string
  owner: string
  created_at: Date
  /** Of what was sent: those that are neither duplicates nor invalid are jobs of its own. */
  lines: number
  duplicates: number
  invalid: number
  /** Null while a job of it is live; and for about a second after the last has ended. */
  ended_at: Date | null
  counts: Map<string, KindCounts>
  /** What the running jobs do, by the stage that they reported; null: none yet. */
  running: { kind: string; stage: string | null; jobs: number }[]
  /** Of the last five minutes; none where batches are listed. */
  endings: Map<string, KindEndings>
  /** Null: there are none, or batches are listed. */
  callbacks: CallbackState[] | null
}

type Row = Omit<Batch, 'counts' | 'endings'> & {
  counts: { kind: string; total: number; completed: number; failed: number; cancelled: number }[]
  pace: ({ kind: string } & KindEndings)[]
}

/** Those of the batches that there are and that belong to the owner (null: whoever's). The ids must be UUIDs. */
export async function getBatches(sql: Sql, ids: readonly string[], owner: string | null = null): Promise<Batch[]> {
  const rows = await run<Row>(sql, 'batch_list', [ids, owner, null, ids.length], { planAnew: true })
  return rows.map(batchOf)
}

/** The batch, unless it is another owner's (null: whoever's); undefined when there is none. `id` must be a UUID. */
export async function getBatch(sql: Sql, id: string, owner: string | null = null): Promise<Batch | undefined> {
  const [batch] = await getBatches(sql, [id], owner)
  return batch
}

/** Batches, newest first, from the one after `olderThan` on. */
export async function listBatches(sql: Sql, owner: string | null, limit: number, olderThan?: string): Promise<Batch[]> {
  const rows = await run<Row>(sql, 'batch_list', [null, owner, olderThan ?? null, limit], { planAnew: true })
  return rows.map(batchOf)
}

function batchOf({ counts, pace, ...row }: Row): Batch {
  const runningOf = (kind: string) => row.running.reduce((sum, each) => sum + (each.kind === kind ? each.jobs : 0), 0)
  const byKind = counts.map(({ kind, total, completed, failed, cancelled }): [string, KindCounts] => {
    const running = runningOf(kind)
    const queued = total - running - completed - failed - cancelled
    return [kind, { total, queued, running, completed, failed, cancelled }]
  })
  return { ...row, counts: new Map(byKind), endings: new Map(pace.map(({ kind, ...each }) => [kind, each])) }
}

/** Whether all its jobs and their children have ended, by its counts: known a moment before `ended_at`. */
export const isOver = ({ counts }: Batch): boolean => [...counts.values()].every((each) => liveOf(each) <= 0)

/** A line of a batch with what came of it. Without `status`: it was not valid, or its job has been deleted since. */
export type LineResult = {
  /** Where the next page begins. */
  position: number
  /** In what was sent; 1 is the first. */
  line: number
  job_id: string | null
  external_id: string | null
  /** Another line, or a job that was live already, stands for it; what follows is that one's. */
  is_duplicate: boolean
  /** An invalid line as it was given, and what is wrong with it. */
  given: object | null
  complaints: { field: string; reason: string }[] | null
  status: JobStatus | null
  input: Record<string, unknown> | null
  error: JobError | null
  result: Record<string, unknown> | null
  child_id: string | null
  child_status: JobStatus | null
  child_error: JobError | null
  child_result: Record<string, unknown> | null
}

/**
 * Lines of a batch in their order, from the one after a position on (-1: the first). `fields` are those of a job's result
 * that are wanted; null: all. Reads by key, so pages may be far apart in time.
 */
export const listResults = (
  sql: Sql,
  batchId: string,
  { after, limit, fields }: { after: number; limit: number; fields: readonly string[] | null },
): Promise<LineResult[]> => run<LineResult>(sql, 'batch_results', [batchId, after, limit, fields])

/**
 * Queues the batch's jobs, and their children, that ended with a status again; a job whose company has a live one by now
 * stays as it is. A batch that was cancelled wants all its jobs again, also those that have gone on. Returns how many, and of which kinds: send a hint for these afterwards.
 * @param share where the batch's own jobs begin, as those of a new batch would; children keep their places
 */
export async function retryBatch(
  sql: Sql,
  batchId: string,
  status: 'failed' | 'cancelled',
  share?: RetryShare,
): Promise<{ retried: number; kinds: string[] }> {
  await wantAgain(sql, batchId)
  let own = 0
  let children = 0
  const kinds = new Set<string>()
  for await (const { ids, childIds } of jobsOf(sql, batchId, status)) {
    const place = share && { ...share, priority: share.priority + Math.floor(own / share.itemsPerPriority) }
    const ownRows = ids.length > 0 ? await retry(sql, ids, null, place) : []
    const childRows = childIds.length > 0 ? await retry(sql, childIds) : []
    own += ownRows.length
    children += childRows.length
    for (const { kind } of [...ownRows, ...childRows]) kinds.add(kind)
  }
  return { retried: own + children, kinds: [...kinds] }
}

type FoundJobs = { ids: string[]; childIds: string[] }

/** The jobs of a batch's lines, and their children, that have a status; in chunks, none of which is empty. */
async function* jobsOf(sql: Sql, batchId: string, status: JobStatus): AsyncGenerator<FoundJobs> {
  type Found = { last: number | null; ids: string[]; child_ids: string[] }
  let after = -1
  for (;;) {
    const [row] = await run<Found>(sql, 'batch_find_jobs', [batchId, after, linesAtOnce, status])
    const { last, ids, child_ids: childIds } = row!
    if (ids.length + childIds.length > 0) yield { ids, childIds }
    if (last === null) return
    after = last
  }
}
