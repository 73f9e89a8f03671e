import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import type { CallbackState } from './callbacks.ts'
import type { JobError } from './outcome.ts'

export const jobStatuses = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const
export type JobStatus = (typeof jobStatuses)[number]

/** A job as it stands in a list: without its result. */
export type JobSummary = {
  id: string
  kind: string
  status: JobStatus
  priority: number
  attempt: number
  max_attempts: number
  stalls: number
  created_at: Date
  started_at: Date | null
  finished_at: Date | null
  /** Queued, and not to start before. */
  run_at: Date | null
  owner: string
  subject: string | null
  parent_id: string | null
  input: Record<string, unknown>
  progress: object | null
  error: JobError | null
}

/** What a job's tries so far used of the LLM, in tokens, ms and money; null: nothing. Written within seconds. */
export type LlmUsage = { calls: number; tokens_in: number; tokens_out: number; latency_ms: number; cost: number } | null

/** A job's child, as it always comes with it; `run_at` is a time in ISO 8601. */
export type Child = { id: string; kind: string; status: JobStatus; priority: number; run_at: string | null }
/** A child with all that a job has; its times are in ISO 8601, as they come within JSON. */
export type WholeChild = Child &
  Omit<JobSummary, 'created_at' | 'started_at' | 'finished_at' | 'run_at'> & {
    created_at: string
    started_at: string | null
    finished_at: string | null
    result: object | null
    llm_usage: LlmUsage
  }

export type Job = JobSummary & {
  /** Null: there are none. */
  callbacks: CallbackState[] | null
  result: object | null
  /** Whole where they were asked for so. */
  children: (Child | WholeChild)[] | null
  llm_usage: LlmUsage
}

/** Jobs by their ids, which must be UUIDs; `owner` null: whoever owns them. Whole children for those of `withChildren`. */
export const getJobs = (
  sql: Sql,
  ids: readonly string[],
  { owner = null, withChildren = [] }: { owner?: string | null; withChildren?: readonly string[] } = {},
): Promise<Job[]> => run<Job>(sql, 'job_get', [ids, withChildren, owner])

/** One job; undefined when there is none, or it is somebody else's. `owner` null: whoever owns it. */
export async function getJob(sql: Sql, id: string, owner: string | null = null): Promise<Job | undefined> {
  const [job] = await getJobs(sql, [id], { owner })
  return job
}

/** Whose jobs the jobs of an owner may build on: their own; the operator, who has no name, may use everybody's (null). */
export const ownersUsableBy = (owner: string): string | null => (owner === '' ? null : owner)

/** `owner` null or absent: everybody's. */
export type JobFilter = { status?: JobStatus; kind?: string; batch?: string; owner?: string | null }

/** Jobs, newest first, from the one after `olderThan` on. */
export const listJobs = (sql: Sql, filter: JobFilter, limit: number, olderThan?: string): Promise<JobSummary[]> => {
  const { status = null, kind = null, batch = null, owner = null } = filter
  return run<JobSummary>(sql, 'job_list', [status, kind, batch, olderThan ?? null, limit, owner], { planAnew: true })
}

export type KindMetrics = {
  queued: number
  /** Of the queued, those that wait for a later time. */
  scheduled: number
  oldest_queued_seconds: number
  processing: number
  completed: number
  failed: number
  cancelled: number
  workers_alive: number
  slots: number
  /** Nothing of it is claimed until it is resumed. */
  paused: boolean
}

/** How a kind's queue stands. `completed`, `failed` and `cancelled` count every ending there ever was. */
export async function getMetrics(sql: Sql, kind: string): Promise<KindMetrics> {
  const [metrics] = await run<KindMetrics>(sql, 'kind_metrics', [kind])
  return metrics!
}
