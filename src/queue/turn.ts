import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import type { JobOutcome } from './outcome.ts'
import { storableJson } from './storable.ts'

/** The right to write to a running job: it holds for one claim by one worker. */
export type Claim = { id: string; claims: number }

/** A job that this worker may now run. */
export type ClaimedJob = Claim & {
  attempt: number
  maxAttempts: number
  owner: string
  subject: string | null
  input: unknown
  createdAt: Date
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
  created_at: Date
}

/**
 * Writes how jobs ended and claims up to `claimCount` due ones, in one statement. `written` has the ids of the ended
 * jobs that were still this worker's; to the others nothing was done.
 */
export async function turn(
  sql: Sql,
  {
    workerId,
    kind,
    ended,
    claimCount,
  }: { workerId: string; kind: string; ended: readonly Ended[]; claimCount: number },
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
  attempt: row.attempt,
  maxAttempts: row.max_attempts,
  owner: row.owner,
  subject: row.subject,
  input: row.input,
  createdAt: row.created_at,
})

/** Completes one job inside a transaction. False: it is no longer this worker's, and the transaction must not commit. */
export async function finishInside(
  tx: Sql,
  { workerId, kind, claim, result }: { workerId: string; kind: string; claim: Claim; result: object },
): Promise<boolean> {
  const rows = await run(tx, 'job_finish', [workerId, kind, claim.id, claim.claims, storableJson(result), tallyShard])
  return rows.length === 1
}
