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
}

/** `deduplicated`: a live job for the same subject was there, and this is its id. */
export type Enqueued = { id: string; deduplicated: boolean }

/** A batch's items take rising priorities, so that two batches interleave and a single request passes both. */
const itemsPerPriority = 50

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

/**
 * Enqueues jobs that belong together, in one transaction, and notes them as a batch. A company that stands in the list
 * twice, or whose job is live already, gets one job that both items refer to.
 */
export function enqueueBatch<Input>(
  sql: Sql,
  kind: QueueKind<Input>,
  items: readonly { input: Input; externalId?: string }[],
  options: EnqueueOptions = {},
): Promise<{ batchId: string; jobs: Enqueued[] }> {
  const add = (tx: Sql) => addBatch(tx, kind, items, options)
  return 'begin' in sql ? (sql as Pool).begin(add) : add(sql)
}

async function addBatch<Input>(
  sql: Sql,
  kind: QueueKind<Input>,
  items: readonly { input: Input; externalId?: string }[],
  options: EnqueueOptions,
): Promise<{ batchId: string; jobs: Enqueued[] }> {
  const batchId = uuidv7()
  const base = options.priority ?? 1
  await run(sql, 'batch_create', [batchId, kind.name, options.owner ?? ''])
  const jobs = await insert(
    sql,
    kind,
    items.map(({ input }) => input),
    items.map((_item, position) => base + Math.floor(position / itemsPerPriority)),
    options,
  )
  await run(sql, 'batch_add_items', [
    batchId,
    items.map((_item, position) => position),
    jobs.map(({ id }) => id),
    items.map(({ externalId }) => (externalId === undefined ? null : storableText(externalId))),
    jobs.map(({ deduplicated }) => Number(deduplicated)),
  ])
  return { batchId, jobs }
}

async function insert<Input>(
  sql: Sql,
  kind: QueueKind<Input>,
  inputs: readonly Input[],
  priorities: readonly number[],
  options: EnqueueOptions,
): Promise<Enqueued[]> {
  const owner = options.owner ?? ''
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
    ])
    for (const { id } of inserted) answers.set(id, { id, deduplicated: false })
    open = open.filter(({ id }) => !answers.has(id))
    if (open.length === 0) break
    const subjects = [...new Set(open.map(({ subject }) => subject))]
    const live = await run<{ id: string; subject: string }>(sql, 'job_find_live', [owner, kind.name, subjects])
    const bySubject = new Map(live.map(({ id, subject }) => [subject, id]))
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
