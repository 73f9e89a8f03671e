import { v7 as uuidv7 } from 'uuid'
import type { Pool, Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import { storableJson, storableText } from './storable.ts'

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

/** A batch's items take rising priorities, so that two batches interleave and a single request passes both. */
const usualItemsPerPriority = 50
/** Bounds a statement, and the memory that its parameters take. */
const atOnce = 5_000

/** Enqueues one job. Its input must have passed the kind's schema. */
export async function enqueue<Input>(
  sql: Sql,
  kind: QueueKind<Input>,
  input: Input,
  options: EnqueueOptions = {},
): Promise<Enqueued> {
  const [enqueued] = await insert(sql, kind, [input], [options.priority ?? 0], options)
  return enqueued!
}

/** Enqueues jobs that do not belong together, in one statement for all. Their answers are in the order of the inputs. */
export function enqueueAll<Input>(
  sql: Sql,
  kind: QueueKind<Input>,
  inputs: readonly Input[],
  options: EnqueueOptions = {},
): Promise<Enqueued[]> {
  const priority = options.priority ?? 0
  return insert(
    sql,
    kind,
    inputs,
    inputs.map(() => priority),
    options,
  )
}

/** `line` is where it stands in what was sent; without one, its place in the list counts. */
export type BatchItem<Input> = { input: Input; externalId?: string | undefined; line?: number }

/** A line that is not enqueued: what it said, and what is wrong with it. */
export type InvalidLine = {
  line: number
  externalId?: string | undefined
  given: object
  error: readonly { field: string; reason: string }[]
}

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
export function enqueueBatch<Input>(
  sql: Sql,
  kind: QueueKind<Input>,
  items: readonly BatchItem<Input>[],
  options: BatchOptions = {},
): Promise<{ batchId: string; jobs: Enqueued[] }> {
  const add = (tx: Sql) => addBatch(tx, kind, items, options)
  return 'begin' in sql ? (sql as Pool).begin(add) : add(sql)
}

async function addBatch<Input>(
  sql: Sql,
  kind: QueueKind<Input>,
  items: readonly BatchItem<Input>[],
  { invalid = [], itemsPerPriority = usualItemsPerPriority, ...options }: BatchOptions,
): Promise<{ batchId: string; jobs: Enqueued[] }> {
  const batchId = uuidv7()
  const base = options.priority ?? 1
  const priorityOf = (position: number) => base + Math.floor(position / itemsPerPriority)
  await run(sql, 'batch_create', [batchId, kind.name, options.owner ?? ''])
  const jobs: Enqueued[] = []
  for (let from = 0; from < items.length; from += atOnce) {
    const some = items.slice(from, from + atOnce)
    const inputs = some.map(({ input }) => input)
    const priorities = some.map((_item, position) => priorityOf(from + position))
    const enqueued = await insert(sql, kind, inputs, priorities, { ...options, batchId })
    await run(sql, 'batch_add_items', [
      batchId,
      some.map((_item, position) => from + position),
      some.map(({ line }, position) => line ?? from + position + 1),
      enqueued.map(({ id }) => id),
      some.map(({ externalId }) => storableOrNull(externalId)),
      enqueued.map(({ deduplicated }) => Number(deduplicated)),
      some.map(() => null),
      some.map(() => null),
    ])
    for (const each of enqueued) jobs.push(each)
  }
  for (let from = 0; from < invalid.length; from += atOnce) {
    const some = invalid.slice(from, from + atOnce)
    await run(sql, 'batch_add_items', [
      batchId,
      some.map((_line, position) => items.length + from + position),
      some.map(({ line }) => line),
      some.map(() => null),
      some.map(({ externalId }) => storableOrNull(externalId)),
      some.map(() => 0),
      some.map(({ given }) => storableJson(given)),
      some.map(({ error }) => storableJson(error)),
    ])
  }
  const made = new Set(jobs.flatMap(({ id, deduplicated }) => (deduplicated ? [] : [id])))
  const distinct = new Set(jobs.map(({ id }) => id))
  const joined = [...distinct].filter((id) => !made.has(id))
  if (joined.length > 0) await run(sql, 'batch_join', [batchId, joined])
  await run(sql, 'batch_seal', [
    batchId,
    kind.name,
    items.length + invalid.length,
    invalid.length,
    jobs.length - made.size,
    distinct.size,
    priorityOf(Math.max(0, items.length - 1)),
  ])
  return { batchId, jobs }
}

const storableOrNull = (text: string | undefined) => (text === undefined ? null : storableText(text))

async function insert<Input>(
  sql: Sql,
  kind: QueueKind<Input>,
  inputs: readonly Input[],
  priorities: readonly number[],
  options: EnqueueOptions & { batchId?: string },
): Promise<Enqueued[]> {
  const owner = options.owner ?? ''
  const isAwaited = options.batchId !== undefined || options.isWatched === true
  const exclusive = options.exclusive ?? true
  const wanted = inputs.map((input, position) => {
    const subject = kind.subject(input)
    return {
      id: uuidv7(),
      subject: subject === undefined ? null : storableText(subject),
      priority: priorities[position]!,
      json: storableJson(input),
    }
  })
  const wantedIds = new Set(wanted.map(({ id }) => id))
  const answers = new Map<string, Enqueued>()
  let open = wanted
  // A live job that stood in the way may end before it is looked up; then there is room for a new one, and so on.
  while (open.length > 0) {
    const inserted = await run<{ id: string }>(sql, 'job_enqueue', [
      kind.name,
      owner,
      kind.maxAttempts,
      exclusive,
      options.parentId ?? null,
      open.map(({ id }) => id),
      open.map(({ priority }) => priority),
      open.map(({ subject }) => subject),
      open.map(({ json }) => json),
      open.map(() => options.delayMs ?? 0),
      options.batchId ?? null,
      options.isWatched ?? false,
    ])
    for (const { id } of inserted) answers.set(id, { id, deduplicated: false })
    open = open.filter(({ id }) => !answers.has(id))
    if (open.length === 0) break
    const subjects = [...new Set(open.map(({ subject }) => subject))]
    const live = await run<{ id: string; subject: string }>(sql, 'job_find_live', [owner, kind.name, subjects])
    const still = isAwaited ? await watch(sql, live, wantedIds) : new Set(live.map(({ id }) => id))
    const bySubject = new Map(live.flatMap(({ id, subject }) => (still.has(id) ? [[subject, id]] : [])))
    for (const { id, subject } of open) {
      const liveId = bySubject.get(subject ?? '')
      if (liveId !== undefined) answers.set(id, { id: liveId, deduplicated: true })
    }
    open = open.filter(({ id }) => !answers.has(id))
  }
  const joined = wanted.flatMap(({ id, priority }) => {
    const answer = answers.get(id)!
    return answer.deduplicated ? [{ id: answer.id, priority }] : []
  })
  if (joined.length > 0) {
    await run(sql, 'job_hurry', [joined.map(({ id }) => id), joined.map(({ priority }) => priority)])
  }
  return wanted.map(({ id }) => answers.get(id)!)
}

/** Which of the live jobs still are; until the commit they stay so. Those made just now are nobody else's yet. */
async function watch(sql: Sql, live: readonly { id: string }[], own: ReadonlySet<string>): Promise<Set<string>> {
  const others = live.flatMap(({ id }) => (own.has(id) ? [] : [id])).sort()
  const rows = others.length > 0 ? await run<{ id: string }>(sql, 'job_watch', [others]) : []
  return new Set([...live.flatMap(({ id }) => (own.has(id) ? [id] : [])), ...rows.map(({ id }) => id)])
}
