import type { Job, JobStatus, JobSummary } from '../queue/look-up.ts'

/** Ended, one way or another: there is nothing left to wait for. */
export const isTerminal = (status: JobStatus): boolean => status !== 'queued' && status !== 'running'

/** When to ask again, in seconds: soon while it runs, later while it waits for its turn or its next try. */
export function pollAfterSeconds({ status, run_at }: Pick<JobSummary, 'status' | 'run_at'>, now: Date): number {
  if (isTerminal(status)) return 0
  if (run_at === null) return 2
  return Math.min(30, Math.max(2, Math.ceil((run_at.getTime() - now.getTime()) / 1000)))
}

const done = { stage: 'done', percent: 100, message: 'Concluído' }

/** A job as the API shows it in lists. `origin` is where the caller reaches this server. */
export const summaryView = (job: JobSummary, origin: string, now = new Date()) => ({
  job_id: job.id,
  kind: job.kind,
  status: job.status,
  terminal: isTerminal(job.status),
  status_url: `${origin}/jobs/${job.id}`,
  poll_after_seconds: pollAfterSeconds(job, now),
  external_id: job.input.external_id ?? null,
  input: job.input,
  progress: job.status === 'completed' ? done : job.progress,
  error: job.error,
  attempt: job.attempt,
  max_attempts: job.max_attempts,
  parent_job_id: job.parent_id,
  created_at: job.created_at.toISOString(),
  started_at: job.started_at?.toISOString() ?? null,
  next_try_at: job.run_at?.toISOString() ?? null,
  finished_at: job.finished_at?.toISOString() ?? null,
})

/** A job as `GET /jobs/:id` shows it: with its result, and the jobs it enqueued. */
export const jobView = (job: Job, origin: string, now = new Date()) => ({
  ...summaryView(job, origin, now),
  result: job.result,
  llm_usage: job.llm_usage,
  children: (job.children ?? []).map(({ id, kind, status }) => ({
    job_id: id,
    kind,
    status,
    terminal: isTerminal(status),
    status_url: `${origin}/jobs/${id}`,
  })),
})
