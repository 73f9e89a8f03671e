import { Failure, type FailureCode, failureCodes } from '../errors.ts'
import { backoffMs } from './backoff.ts'

/** The error as it stands in a job's row, and as its caller reads it. */
export type JobError = { code: FailureCode; message: string; attempt: number; at: string }

/**
 * What becomes of a job whose try has ended: done, tried again after a while (`counts`: the try is spent), given back
 * to the queue as if it had not been claimed, or failed for good.
 */
export type JobOutcome =
  | { status: 'completed'; result: object }
  | { status: 'queued'; error: JobError | null; delayMs: number; counts: boolean }
  | { status: 'failed'; error: JobError }

/** A job may snooze; one that has done so this often is no longer believed, and each snooze counts as a try. */
export const mostSnoozes = 100
/** Each snooze waits this much longer than the one before, up to the most: a hundred of them take more than an hour. */
const snoozeGrowthMs = 1_000
const mostSnoozeMs = 60_000

/**
 * What follows from an error, by its code: retry, snooze or give up. A snooze spends no try. The message of an error
 * that is not ours is never shown: it may hold anything.
 */
export function outcomeOfError(
  error: unknown,
  job: { attempt: number; maxAttempts: number; snoozes: number },
  { now, random }: { now: Date; random: number },
): JobOutcome {
  const failure = error instanceof Failure ? error : new Failure('INTERNAL')
  const written: JobError = {
    code: failure.code,
    message: failure.message,
    attempt: job.attempt,
    at: now.toISOString(),
  }
  const delayMs = backoffMs(job.attempt, random, failure.retryAfterMs)
  if (failure.consequence === 'give_up') return { status: 'failed', error: written }
  if (failure.consequence === 'snooze' && job.snoozes < mostSnoozes) {
    const leastMs = Math.min(job.snoozes * snoozeGrowthMs, mostSnoozeMs)
    return { status: 'queued', error: written, delayMs: Math.max(delayMs, leastMs), counts: false }
  }
  if (job.attempt >= job.maxAttempts) return { status: 'failed', error: written }
  return { status: 'queued', error: written, delayMs, counts: true }
}

/** Back to the queue at once, as if never claimed: the worker stops, or must not go on. */
export const handedBack: JobOutcome = { status: 'queued', error: null, delayMs: 0, counts: false }

/** The error of a job whose worker died under it too often. */
export const workerLost = (now: Date): Omit<JobError, 'attempt'> => ({
  code: 'WORKER_LOST',
  message: failureCodes.WORKER_LOST.sentence,
  at: now.toISOString(),
})
