import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import { workerLost } from './outcome.ts'
import { storableJson } from './storable.ts'
import { type Claim, claimKey, mostStalls, tallyShard } from './turn.ts'

/** A worker that has not beaten for this long is dead, and its jobs are taken. */
export const deadAfterSeconds = 35
/** Bounds one statement; what is left is due a second later. */
const promotedAtOnce = 1000

export type Reaped = { id: string; kind: string; status: string; stalls: number }

/** Who says that others are dead: a worker whose own signs of life have come without a gap for as long. */
export type Witness = { workerId: string; silentSeconds: number; gapSeconds: number }

/** Takes the jobs of workers that have been silent for so long, and their LLM slots. Without a witness it is certain. */
export function reap(sql: Sql, witness?: Witness): Promise<Reaped[]> {
  const { workerId = null, silentSeconds = deadAfterSeconds, gapSeconds = 0 } = witness ?? {}
  const error = storableJson(workerLost(new Date()))
  return run<Reaped>(sql, 'job_reap', [silentSeconds, mostStalls, error, tallyShard, workerId, gapSeconds])
}

/** Makes scheduled jobs due whose time has come; returns of which kinds there were any. */
export async function promote(sql: Sql): Promise<string[]> {
  const rows = await run<{ kind: string; jobs: number }>(sql, 'job_promote', [promotedAtOnce])
  return rows.map(({ kind }) => kind)
}

/** Which of these claims still hold, by their keys. */
export async function findMine(sql: Sql, workerId: string, claims: readonly Claim[]): Promise<Set<string>> {
  const rows = await run<Claim>(sql, 'job_find_mine', [
    workerId,
    claims.map(({ id }) => id),
    claims.map((claim) => claim.claims),
  ])
  return new Set(rows.map(claimKey))
}

/** Hands back what was claimed without this process learning of it. Only while no claim is under way. */
export async function handBackUnknown(sql: Sql, workerId: string, known: readonly Claim[]): Promise<number> {
  const rows = await run(sql, 'job_hand_back_unknown', [
    workerId,
    known.map(({ id }) => id),
    known.map(({ claims }) => claims),
  ])
  return rows.length
}
