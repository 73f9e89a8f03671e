import { v7 as uuidv7 } from 'uuid'
import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import type { Enqueued, EnqueueOptions, QueueKind } from './enqueue.ts'
import { storableJson, storableText } from './storable.ts'

/** `isJoined`: the live job was made by another request, not by this batch. */
export type Inserted = Enqueued & { isJoined: boolean }

/** Inserts jobs of one kind, in one statement where nothing stands in their way. The answers are in the order of the inputs. */
export async function insertJobs<Input>(
  sql: Sql,
  kind: QueueKind<Input>,
  inputs: readonly Input[],
  priorities: readonly number[],
  options: EnqueueOptions & { batchId?: string },
): Promise<Inserted[]> {
  const owner = options.owner ?? ''
  const isAwaited = options.batchId !== undefined || options.isWatched === true
  const isSingle = options.batchId === undefined
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
  const ownIds = new Set(wanted.map(({ id }) => id))
  const answers = new Map<string, Inserted>()
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
    for (const { id } of inserted) answers.set(id, { id, deduplicated: false, isJoined: false })
    open = open.filter(({ id }) => !answers.has(id))
    if (open.length === 0) break
    const subjects = [...new Set(open.map(({ subject }) => subject))]
    const live = await run<Live>(sql, 'job_find_live', [owner, kind.name, subjects])
    // Those made in this transaction are nobody else's yet.
    const isOwn = ({ id, batch_id }: Live) =>
      ownIds.has(id) || (batch_id !== null && batch_id === (options.batchId ?? null))
    const others = live.filter((job) => !isOwn(job))
    const isNews = (job: Live) => isAwaited || (job.batch_id !== null && !job.is_joined_by_single)
    const noted = await note(sql, others.filter(isNews), { isAwaited, isSingle })
    const still = new Set([...noted, ...others.filter((job) => !isNews(job)).map(({ id }) => id)])
    const bySubject = new Map(live.filter((job) => isOwn(job) || still.has(job.id)).map((job) => [job.subject, job]))
    for (const { id, subject } of open) {
      const found = bySubject.get(subject ?? '')
      if (found) answers.set(id, { id: found.id, deduplicated: true, isJoined: still.has(found.id) })
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

type Live = { id: string; subject: string; batch_id: string | null; is_joined_by_single: boolean }

/**
 * Notes who joins the live jobs, and says which of them still are live; until the commit they stay so. A single request
 * with nothing waiting has to be noted once, and only with a job that its batches could end (`cancelBatch`).
 */
async function note(
  sql: Sql,
  jobs: readonly Live[],
  { isAwaited, isSingle }: { isAwaited: boolean; isSingle: boolean },
): Promise<string[]> {
  if (jobs.length === 0) return []
  const rows = await run<{ id: string }>(sql, 'job_watch', [jobs.map(({ id }) => id).sort(), isAwaited, isSingle])
  return rows.map(({ id }) => id)
}
