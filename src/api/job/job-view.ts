import { z } from '@hono/zod-openapi'
import { type KindPaces, secondsToStart } from '../../queue/kind-pace.ts'
import {
  type Child,
  type Job,
  type JobStatus,
  type JobSummary,
  jobStatuses,
  type WholeChild,
} from '../../queue/look-up.ts'
import { jobResult } from '../openapi/result-schemas.ts'

/** Ended, one way or another: there is nothing left to wait for. */
export const isTerminal = (status: JobStatus): boolean => status !== 'queued' && status !== 'running'

/** The job and the jobs that it enqueued. */
export const isAllTerminal = ({
  status,
  children,
}: {
  status: JobStatus
  children: { status: JobStatus }[] | null
}): boolean => isTerminal(status) && (children ?? []).every((child) => isTerminal(child.status))

const runningSeconds = 2
const mostSeconds = 60

type Polled = Pick<JobSummary, 'id' | 'kind' | 'status' | 'priority'> & { run_at: Date | string | null }

/** When to ask again, in seconds: soon while it runs, later while it waits for its turn or its next try; 0: it has ended. */
export function pollAfterSeconds(job: Polled, now: Date, paces: KindPaces = new Map()): number {
  if (isTerminal(job.status)) return 0
  if (job.status === 'running') return runningSeconds
  if (job.run_at === null) return secondsToStart(paces.get(job.kind), job)
  const seconds = Math.ceil((new Date(job.run_at).getTime() - now.getTime()) / 1000)
  return Math.min(mostSeconds, Math.max(runningSeconds, seconds))
}

/** The same for whoever waits for the children, too. */
function pollAllAfterSeconds(job: Job, now: Date, paces?: KindPaces): number {
  const seconds = [job, ...(job.children ?? [])].map((each) => pollAfterSeconds(each, now, paces))
  return Math.min(...seconds.filter((each) => each > 0), seconds.some((each) => each > 0) ? mostSeconds : 0)
}

/** What a job is about to have its `poll_after_seconds` told from. */
export const kindsOf = ({ kind, children }: Job): string[] => [kind, ...(children ?? []).map((child) => child.kind)]

const time = z.iso.datetime({ offset: true })
const anyObject = z.record(z.string(), z.unknown())

const childShape = {
  job_id: z.uuid(),
  kind: z.string(),
  status: z.enum(jobStatuses),
  terminal: z.boolean().meta({ description: 'It has ended, one way or another.' }),
  status_url: z.url(),
}

const summaryShape = {
  ...childShape,
  poll_after_seconds: z.int().min(0).max(mostSeconds),
  external_id: z.string().nullable(),
  input: anyObject,
  progress: z.object({ stage: z.string(), percent: z.number(), message: z.string() }).nullable(),
  error: z
    .object({ code: z.string(), message: z.string(), attempt: z.int(), at: z.string() })
    .nullable()
    .meta({ description: 'Why it failed; while it is queued, why its last try did. Codes: docs/errors.md.' }),
  attempt: z.int(),
  max_attempts: z.int(),
  parent_job_id: z.uuid().nullable(),
  owner: z.string().meta({ description: 'The name of the key that it was submitted with; empty: the operator.' }),
  created_at: time,
  started_at: time.nullable(),
  next_try_at: time.nullable(),
  finished_at: time.nullable(),
}

const wholeShape = {
  result: jobResult.nullable().meta({ description: 'By kind: docs/discovery.md, docs/profile.md.' }),
  llm_usage: z
    .object({
      calls: z.int(),
      tokens_in: z.int(),
      tokens_out: z.int(),
      latency_ms: z.number(),
      cost: z.number(),
    })
    .nullable(),
}

/** A job in a list. */
export const jobSummarySchema = z.object(summaryShape).openapi('JobSummary')

/** A job by itself. The children have more than their status where they were asked for with `include=children`. */
export const jobSchema = z
  .object({
    ...summaryShape,
    ...wholeShape,
    all_terminal: z.boolean().meta({ description: 'It and its children have ended.' }),
    children: z.array(z.object({ ...z.object({ ...summaryShape, ...wholeShape }).partial().shape, ...childShape })),
  })
  .openapi('Job')

const done = { stage: 'done', percent: 100, message: 'Concluído' }

/** A moment of Postgres, as a Date or as JSON writes it. */
const isoOf = (moment: Date | string | null) => moment && new Date(moment).toISOString()

export type ViewOptions = {
  now?: Date
  /** Without them, a queued job is to be asked for again soon. */
  paces?: KindPaces
}

/** A job as the API shows it in lists. `origin` is where the caller reaches this server. */
export const summaryView = (
  job: JobSummary | WholeChild,
  origin: string,
  { now = new Date(), paces }: ViewOptions = {},
) => ({
  job_id: job.id,
  kind: job.kind,
  status: job.status,
  terminal: isTerminal(job.status),
  status_url: `${origin}/jobs/${job.id}`,
  poll_after_seconds: pollAfterSeconds(job, now, paces),
  external_id: (job.input.external_id as string | undefined) ?? null,
  input: job.input,
  progress: job.status === 'completed' ? done : (job.progress as typeof done | null),
  error: job.error,
  attempt: job.attempt,
  max_attempts: job.max_attempts,
  parent_job_id: job.parent_id,
  owner: job.owner,
  created_at: isoOf(job.created_at)!,
  started_at: isoOf(job.started_at),
  next_try_at: isoOf(job.run_at),
  finished_at: isoOf(job.finished_at),
})

/**
 * A job as `GET /jobs/:id` shows it: with its result, and the jobs it enqueued. `includeChildren`: those whole, if they
 * were read so. `untilChildren`: `poll_after_seconds` is for somebody who waits for them.
 */
export const jobView = (
  job: Job,
  origin: string,
  options: ViewOptions & { includeChildren?: boolean; untilChildren?: boolean } = {},
) => {
  const { now = new Date(), paces, includeChildren = false, untilChildren = false } = options
  return {
    ...summaryView(job, origin, { now, paces }),
    ...(untilChildren && { poll_after_seconds: pollAllAfterSeconds(job, now, paces) }),
    result: job.result as Record<string, unknown> | null,
    llm_usage: job.llm_usage,
    all_terminal: isAllTerminal(job),
    children: (job.children ?? []).map((child) => ({
      ...childView(child, origin),
      ...(includeChildren && 'input' in child && wholeChildView(child, origin, { now, paces })),
    })),
  }
}

const childView = ({ id, kind, status }: Child, origin: string) => ({
  job_id: id,
  kind,
  status,
  terminal: isTerminal(status),
  status_url: `${origin}/jobs/${id}`,
})

const wholeChildView = (child: WholeChild, origin: string, options: ViewOptions) => ({
  ...summaryView(child, origin, options),
  result: child.result as Record<string, unknown> | null,
  llm_usage: child.llm_usage,
})
