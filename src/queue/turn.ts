import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import type { JobOutcome } from './outcome.ts'
import { storableJson } from './storable.ts'

/** The right to write to a running job: it holds for one claim by one worker. */
export type Claim = { id: string; claims: number }

/** Tells claims apart: the same worker may claim a job again while its last run of it still ends. */
export const claimKey = ({ id, claims }: Claim): string => `${id} ${claims}`

/** Where a job stands in its queue: the lowest priority first, and the oldest of these. */
export type Position = { priority: number; id: string }
export const headOfQueue: Position = { priority: -(2 ** 31), id: '00000000-0000-0000-0000-000000000000' }

/** A job whose worker died this often fails: it may be what kills them. */
export const mostStalls = 3

/**
 * A job that has lost so many workers that one more fails it may be what kills them, or may only have run beside it. So
 * a worker runs one such job at a time: those that are innocent complete.
 */
export const suspectStalls = mostStalls - 1

/** A job that this worker may now run. */
export type ClaimedJob = Claim & {
  priority: number
  stalls: number
  snoozes: number
  attempt: number
  maxAttempts: number
  owner: string
  subject: string | null
  input: unknown
}

export type Ended = { claim: Claim; outcome: JobOutcome }

/** Which tally row this process counts into; any number from 0 to 15. */
export const tallyShard = process.pid % 16

type Row = {
  is_claim: boolean
  id: string
  claims: number
  attempt: number
  max_attempts: number
  owner: string
  subject: string | null
  input: unknown
  priority: number
  stalls: number
  snoozes: number
}

/**
 * Writes how jobs ended and claims up to `claimCount` due ones from a position on, in one statement; at most one of them
 * is a suspect, and none if `maySuspect` is false. `written` has the ids of the ended
 * jobs that were still this worker's; to the others nothing was done.
 */
export async function turn(
  sql: Sql,
  {
    workerId,
    kind,
    ended,
    claimCount,
    from = headOfQueue,
    maySuspect = true,
  }: {
    workerId: string
    kind: string
    ended: readonly Ended[]
    claimCount: number
    from?: Position
    maySuspect?: boolean
  },
): Promise<{ claimed: ClaimedJob[]; written: Set<string> }> {
  const outcomes = ended.map(({ outcome }) => outcome)
  const rows = await run<Row>(sql, 'job_turn', [
    workerId,
    kind,
    claimCount,
    ended.map(({ claim }) => claim.id),
    ended.map(({ claim }) => claim.claims),
    outcomes.map(({ status }) => status),
    outcomes.map((outcome) => (outcome.status === 'completed' ? storableJson(outcome.result) : null)),
    outcomes.map((outcome) => ('error' in outcome && outcome.error ? storableJson(outcome.error) : null)),
    outcomes.map((outcome) => (outcome.status === 'queued' ? outcome.delayMs : 0)),
    outcomes.map((outcome) => (outcome.status !== 'queued' || outcome.counts ? 1 : 0)),
    tallyShard,
    from.priority,
    from.id,
    suspectStalls,
    maySuspect,
  ])
  const claimed: ClaimedJob[] = []
  const written = new Set<string>()
  for (const row of rows) {
    if (row.is_claim) claimed.push(claimedJob(row))
    else written.add(row.id)
  }
  return { claimed, written }
}

const claimedJob = (row: Row): ClaimedJob => ({
  id: row.id,
  claims: row.claims,
  priority: row.priority,
  stalls: row.stalls,
  snoozes: row.snoozes,
  attempt: row.attempt,
  maxAttempts: row.max_attempts,
  owner: row.owner,
  subject: row.subject,
  input: row.input,
})

/** What a job stores may wait so long for a lock; then the transaction fails, and is tried again. */
const statementTimeoutMs = 15_000

/** Completes one job inside a transaction. False: it is no longer this worker's, and the transaction must not commit. */
export async function finishInside(
  tx: Sql,
  { workerId, claim, result }: { workerId: string; claim: Claim; result: object },
): Promise<boolean> {
  const timeout = String(statementTimeoutMs)
  const rows = await run(tx, 'job_finish', [workerId, claim.id, claim.claims, storableJson(result), timeout])
  return rows.length === 1
}

/** Counts it, last of all in that transaction. */
export async function countCompleted(tx: Sql, kind: string): Promise<void> {
  await run(tx, 'tally_completed', [kind, tallyShard])
}
