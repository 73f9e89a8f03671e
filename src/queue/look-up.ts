import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import type { JobError } from './outcome.ts'

export const jobStatuses = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const
export type JobStatus = (typeof jobStatuses)[number]

/** A job as it stands in a list: without its result. */
export type JobSummary = {
  id: string
  kind: string
  status: JobStatus
  attempt: number
  max_attempts: number
  stalls: number
  created_at: Date
  started_at: Date | null
  finished_at: Date | null
  /** Queued, and not to start before. */
  run_at: Date | null
  subject: string | null
  parent_id: string | null
  input: Record<string, unknown>
  progress: object | null
  error: JobError | null
}

export type Job = JobSummary & {
  result: object | null
  children: { id: string; kind: string; status: JobStatus }[] | null
  /** What its tries so far used of the LLM, in tokens, ms and money; null: nothing. Written within seconds. */
  llm_usage: { calls: number; tokens_in: number; tokens_out: number; latency_ms: number; cost: number } | null
}

/** One job, whoever owns it; undefined when there is none. `id` must be a UUID. */
export async function getJob(sql: Sql, id: string): Promise<Job | undefined> {
  const [job] = await run<Job>(sql, 'job_get', [id])
  return job
}

export type JobFilter = { status?: JobStatus; kind?: string; batch?: string; owner?: string }

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
}

/** How a kind's queue stands. `completed`, `failed` and `cancelled` count every ending there ever was. */
export async function getMetrics(sql: Sql, kind: string): Promise<KindMetrics> {
  const [metrics] = await run<KindMetrics>(sql, 'kind_metrics', [kind])
  return metrics!
}
