import { v7 as uuidv7 } from 'uuid'
import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import type { EnqueueOptions, QueueKind } from './enqueue.ts'
import { jobsPerPriority } from './fair-lane.ts'
import { type Inserted, insertJobs } from './insert-jobs.ts'
import { storableJson, storableText } from './storable.ts'

/** A line that is to be a job. `line` is where it stands in what was sent; the first is 1. */
export type ValidLine<Input> = { line: number; externalId?: string | undefined; input: Input }

/** A line that is not enqueued: what it said, and what is wrong with it. */
export type InvalidLine = {
  line: number
  externalId?: string | undefined
  given: object
  error: readonly { field: string; reason: string }[]
}

export type BatchLine<Input> = ValidLine<Input> | InvalidLine

export type WriteBatchOptions<Input> = EnqueueOptions & {
  /** How many items share a priority, or a fraction; fewer give way to others' batches. */
  itemsPerPriority?: number
  /** What became of some lines, as they were enqueued. */
  onInserted?(lines: readonly ValidLine<Input>[], jobs: readonly Inserted[]): void
}

/** `lines` is the sum of the other three. `duplicates`: another line, or a job that was live already, stands for it. */
export type WrittenBatch = { batchId: string; lines: number; accepted: number; duplicates: number; invalid: number }

/**
 * Writes a batch in a transaction that the caller has begun: a job for each valid line that has none yet, and for every
 * line, in their order, what became of it. The lines come in groups, each of which is a statement or two and is held no
 * longer than that; about a thousand keeps statements cheap and turns of the event loop short.
 *
 * The items take rising priorities, so that two batches interleave and a single request passes both.
 */
export async function writeBatch<Input>(
  tx: Sql,
  kind: QueueKind<Input>,
  groups: Iterable<readonly BatchLine<Input>[]>,
  { itemsPerPriority = jobsPerPriority, onInserted, ...options }: WriteBatchOptions<Input> = {},
): Promise<WrittenBatch> {
  const batchId = uuidv7()
  const base = options.priority ?? 1
  const priorityOf = (position: number) => base + Math.floor(position / itemsPerPriority)
  await run(tx, 'batch_create', [batchId, kind.name, options.owner ?? ''])
  const written = { lines: 0, accepted: 0, duplicates: 0, invalid: 0 }
  let joined = 0
  for (const lines of groups) {
    const valid = lines.filter((line) => 'input' in line)
    const before = written.accepted + written.duplicates
    const jobs = await insertJobs(
      tx,
      kind,
      valid.map(({ input }) => input),
      valid.map((_line, position) => priorityOf(before + position)),
      { ...options, batchId },
    )
    await addItems(tx, batchId, written.lines, lines, jobs)
    joined += await join(tx, batchId, jobs)
    const duplicates = jobs.filter(({ deduplicated }) => deduplicated).length
    written.lines += lines.length
    written.accepted += jobs.length - duplicates
    written.duplicates += duplicates
    written.invalid += lines.length - jobs.length
    onInserted?.(valid, jobs)
  }
  await run(tx, 'batch_seal', [
    batchId,
    kind.name,
    written.lines,
    written.invalid,
    written.duplicates,
    written.accepted + joined,
    priorityOf(Math.max(0, written.accepted + written.duplicates - 1)),
  ])
  return { batchId, ...written }
}

/** The jobs are those of the valid lines, in their order. */
async function addItems<Input>(
  tx: Sql,
  batchId: string,
  before: number,
  lines: readonly BatchLine<Input>[],
  jobs: readonly Inserted[],
): Promise<void> {
  let taken = 0
  const jobsOfLines = lines.map((line) => ('input' in line ? jobs[taken++]! : undefined))
  await run(tx, 'batch_add_items', [
    batchId,
    lines.map((_line, position) => before + position),
    lines.map(({ line }) => line),
    jobsOfLines.map((job) => job?.id ?? null),
    lines.map(({ externalId }) => (externalId === undefined ? null : storableText(externalId))),
    jobsOfLines.map((job) => Number(job?.deduplicated ?? false)),
    lines.map((line) => ('input' in line ? null : storableJson(line.given))),
    lines.map((line) => ('input' in line ? null : storableJson(line.error))),
  ])
}

/** How many live jobs of other requests the batch has joined by these. */
async function join(tx: Sql, batchId: string, jobs: readonly Inserted[]): Promise<number> {
  const ids = new Set(jobs.flatMap(({ id, isJoined }) => (isJoined ? [id] : [])))
  return ids.size > 0 ? (await run(tx, 'batch_join', [batchId, [...ids]])).length : 0
}
