import type { Pool, Sql } from '../db/connect.ts'
import { type Inserted, insertJobs } from './insert-jobs.ts'
import { type BatchLine, type InvalidLine, writeBatch } from './write-batch.ts'

/** What the queue has to know of a kind. */
export type QueueKind<Input> = {
  name: string
  maxAttempts: number
  subject(input: Input): string | undefined
}

export type EnqueueOptions = {
  owner?: string
  /** The lowest is claimed first. */
  priority?: number
  /** How long to wait before the start, in ms. */
  delayMs?: number
  /** False: enqueue although a job for the same subject is live. */
  exclusive?: boolean
  parentId?: string
  /**
   * Something in the same transaction waits for the end: a callback. A live job that is joined is then locked until the
   * commit, so that it cannot end unheard.
   */
  isWatched?: boolean
}

/** `deduplicated`: a live job for the same subject was there, and this is its id. */
export type Enqueued = { id: string; deduplicated: boolean }

/** Bounds a statement, the memory that its parameters take, and the turn of the event loop that builds them. */
const linesAtOnce = 1_000

/** Enqueues one job. Its input must have passed the kind's schema. */
export async function enqueue<Input>(
  sql: Sql,
  kind: QueueKind<Input>,
  input: Input,
  options: EnqueueOptions = {},
): Promise<Enqueued> {
  const [enqueued] = await enqueueAll(sql, kind, [input], options)
  return enqueued!
}

/** Enqueues jobs that do not belong together, in one statement for all. Their answers are in the order of the inputs. */
export async function enqueueAll<Input>(
  sql: Sql,
  kind: QueueKind<Input>,
  inputs: readonly Input[],
  options: EnqueueOptions = {},
): Promise<Enqueued[]> {
  const priorities = inputs.map(() => options.priority ?? 0)
  const inserted = await insertJobs(sql, kind, inputs, priorities, options)
  return inserted.map(({ id, deduplicated }) => ({ id, deduplicated }))
}

/** `line` is where it stands in what was sent; without one, its place in the list counts. */
export type BatchItem<Input> = { input: Input; externalId?: string | undefined; line?: number }

export type BatchOptions = EnqueueOptions & {
  /** Noted with the batch, so that its report has every line that was sent. */
  invalid?: readonly InvalidLine[]
  /** How many items share a priority; fewer give way to others' batches. */
  itemsPerPriority?: number
}

/**
 * Enqueues jobs that belong together, in one transaction, and notes them as a batch. A company that stands in the list
 * twice, or whose job is live already, gets one job that both items refer to; `jobs` are in the order of the items.
 */
export async function enqueueBatch<Input>(
  sql: Sql,
  kind: QueueKind<Input>,
  items: readonly BatchItem<Input>[],
  { invalid = [], ...options }: BatchOptions = {},
): Promise<{ batchId: string; jobs: Enqueued[] }> {
  if ('begin' in sql) return (sql as Pool).begin((tx) => enqueueBatch(tx, kind, items, { invalid, ...options }))
  const jobs: Enqueued[] = []
  const onInserted = (_lines: unknown, inserted: readonly Inserted[]) => {
    for (const { id, deduplicated } of inserted) jobs.push({ id, deduplicated })
  }
  const { batchId } = await writeBatch(sql, kind, groupsOf(items, invalid), { ...options, onInserted })
  return { batchId, jobs }
}

function* groupsOf<Input>(
  items: readonly BatchItem<Input>[],
  invalid: readonly InvalidLine[],
): Generator<BatchLine<Input>[]> {
  for (let from = 0; from < items.length; from += linesAtOnce) {
    const some = items.slice(from, from + linesAtOnce)
    yield some.map((item, position) => ({ ...item, line: item.line ?? from + position + 1 }))
  }
  for (let from = 0; from < invalid.length; from += linesAtOnce) yield invalid.slice(from, from + linesAtOnce)
}
