import { setTimeout as wait } from 'node:timers/promises'
import { isRetryable, type Pool } from '../db/connect.ts'
import { withPatience } from '../db/patience.ts'
import { failureCodeOf } from '../errors.ts'
import type { AnyKind, Outcome } from '../kinds/define-kind.ts'
import type { Log } from '../log.ts'
import type { Hints } from '../queue/hints.ts'
import { handedBack, type JobOutcome, outcomeOfError } from '../queue/outcome.ts'
import { type ClaimedJob, countCompleted, finishInside } from '../queue/turn.ts'
import type { ClaimLoop } from './claim-loop.ts'
import { type Executed, execute, type WorkerHandler } from './execute.ts'
import { createProgressWriter } from './progress-writer.ts'
import { Stopped } from './stop-reason.ts'

/** For one transaction; then it is tried again, on another connection. */
const patienceMs = 20_000
const firstRetryMs = 200
const mostRetryMs = 3_000

/** A job that runs in this process, and the id under which the worker claimed it. */
export type RunningJob = { job: ClaimedJob; workerId: string; controller: AbortController; startedMs: number }

class Lost extends Error {}

/** What a worker runs its jobs with. */
export type JobRunner = {
  pool: Pool
  /** Bounds the transactions that store what jobs bring: heartbeats and claims need a connection as well. */
  atOnce<T>(work: () => Promise<T>): Promise<T>
  hints: Hints
  kind: AnyKind
  handler: WorkerHandler
  timeoutSeconds: number
  loop: Pick<ClaimLoop, 'finish' | 'release'>
  /** The id under which the worker goes now; another than the job's when it was given up meanwhile. */
  workerId(): string
  log: Log
}

/**
 * Runs one job: progress, handler, timeout, and then what it came to, which goes with the loop's next statement or, when
 * it stores something, into a transaction of its own. Returns when the outcome is on its way; never throws.
 */
export async function runJob(mine: RunningJob, runner: JobRunner): Promise<void> {
  const { pool, kind, handler, timeoutSeconds, loop, workerId, log } = runner
  const { job, controller } = mine
  const about = { job: job.id, subject: job.subject, attempt: job.attempt }
  log.debug(about, 'job claimed')
  const progress = createProgressWriter(pool, {
    workerId: mine.workerId,
    claim: job,
    onLost: () => controller.abort(new Stopped('lost', 'the job is no longer this worker’s')),
  })
  const executed = await execute(job, {
    kind,
    handler,
    timeoutSeconds,
    controller,
    context: { progress: progress.report, sql: pool, log: log.child({ job: job.id }) },
  })
  progress.stop()
  const { outcome: wanted, write } = executed
  const ended =
    write && wanted?.status === 'completed'
      ? await writeInside(write, wanted.result, mine, runner)
      : { ...executed, isWritten: false }
  const durationMs = Math.round(performance.now() - mine.startedMs)
  const report = (outcome: JobOutcome | null) => reportEnd(log, about, { outcome, error: ended.error }, durationMs)
  const { outcome, isWritten } = ended
  if (outcome && !isWritten && mine.workerId === workerId()) return loop.finish(job, outcome, report)
  loop.release(job)
  report(isWritten ? outcome : null)
}

type Ended = Pick<Executed, 'outcome' | 'error'> & { isWritten: boolean }

/**
 * Completes a job inside the transaction in which it stores what it brought, waiting out a database that is away. When
 * that cannot be, the outcome that comes back has yet to be written.
 */
async function writeInside(
  store: NonNullable<Outcome['write']>,
  result: object,
  { job, workerId, controller: { signal } }: RunningJob,
  { pool, atOnce, hints, kind, log }: Pick<JobRunner, 'pool' | 'atOnce' | 'hints' | 'kind' | 'log'>,
): Promise<Ended> {
  for (let delayMs = firstRetryMs; ; delayMs = Math.min(delayMs * 2, mostRetryMs)) {
    try {
      let enqueued: AnyKind[] = []
      const transaction = atOnce(() =>
        pool.begin(async (tx) => {
          // The fence first: its row lock keeps the job ours until the commit.
          if (!(await finishInside(tx, { workerId, claim: job, result }))) throw new Lost()
          enqueued = await store(tx)
          await countCompleted(tx, kind.name)
        }),
      )
      await withPatience(transaction, patienceMs)
      for (const { name } of enqueued) hints.send(name)
      return { outcome: { status: 'completed', result }, isWritten: true }
    } catch (error) {
      if (error instanceof Lost) return { outcome: null, isWritten: false }
      if (!isRetryable(error)) {
        const outcome = outcomeOfError(error, job, { now: new Date(), random: Math.random() })
        return { outcome, error, isWritten: false }
      }
      log.warn({ job: job.id, error: (error as Error).message }, 'database not reached; result kept, will try again')
      await wait(delayMs, undefined, { signal }).catch(() => {})
      const { reason } = signal
      if (reason instanceof Stopped) {
        return { outcome: reason.consequence === 'lost' ? null : handedBack, isWritten: false }
      }
    }
  }
}

function reportEnd(
  log: Log,
  about: object,
  { outcome, error }: Pick<Executed, 'outcome' | 'error'>,
  durationMs: number,
) {
  if (outcome === null) return log.warn({ ...about, durationMs }, 'job was no longer ours; nothing written')
  if (outcome.status === 'completed') return log.info({ ...about, durationMs }, 'job completed')
  if (error === undefined) return log.info({ ...about, durationMs }, 'job handed back')
  const fields = { ...about, durationMs, code: failureCodeOf(error), cause: causeOf(error) }
  if (outcome.status === 'failed') return log.error(fields, 'job failed')
  log.warn({ ...fields, againInMs: outcome.status === 'queued' ? outcome.delayMs : 0 }, 'job will be tried again')
}

const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `${error.name === 'Failure' ? '' : `${error.stack ?? error.name}: `}${error.message}${cause}`
}
