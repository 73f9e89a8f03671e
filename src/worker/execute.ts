import { Failure } from '../errors.ts'
import type { AnyKind, JobContext, Outcome } from '../kinds/define-kind.ts'
import { handedBack, type JobOutcome, outcomeOfError } from '../queue/outcome.ts'
import type { ClaimedJob } from '../queue/turn.ts'
import { Stopped, timedOut } from './stop-reason.ts'

/** How long a handler may take to end after its signal has fired. Then its slot is freed, whatever it does. */
const graceMs = 1_000

/**
 * What a try came to. `null`: nothing may be written. `write` goes with a completed job, into the same transaction.
 */
export type Executed = { outcome: JobOutcome | null; write?: Outcome['write']; error?: unknown }

/** A kind's handler, to which the worker gives its services. */
export type WorkerHandler = (input: unknown, context: Omit<JobContext, 'services'>) => Promise<Outcome>

/**
 * One try at a job, from its input to what becomes of it. Never throws and always ends: at the timeout, or when
 * `controller` is aborted with a {@link Stopped}, the handler has a second to end, and is then left alone.
 */
export async function execute(
  job: ClaimedJob,
  {
    kind,
    handler,
    timeoutSeconds,
    controller,
    context,
  }: {
    kind: AnyKind
    handler: WorkerHandler
    timeoutSeconds: number
    controller: AbortController
    context: Omit<JobContext, 'services' | 'jobId' | 'owner' | 'isLastTry' | 'signal'>
  },
): Promise<Executed> {
  const { signal } = controller
  const timer = setTimeout(() => controller.abort(timedOut(timeoutSeconds)), timeoutSeconds * 1000)
  const leash = abandonAfterAbort(signal)
  try {
    const input = parseInput(kind, job.input)
    const isLastTry = job.attempt >= job.maxAttempts
    const attempt = Promise.resolve(handler(input, { ...context, jobId: job.id, owner: job.owner, isLastTry, signal }))
    attempt.catch(() => {})
    const { result, write } = await Promise.race([attempt, leash.abandoned])
    return { outcome: { status: 'completed', result }, write }
  } catch (thrown) {
    const error = signal.aborted ? signal.reason : thrown
    if (error instanceof Stopped) return { outcome: error.consequence === 'lost' ? null : handedBack }
    return { outcome: outcomeOfError(error, job, { now: new Date(), random: Math.random() }), error }
  } finally {
    clearTimeout(timer)
    leash.release()
  }
}

function parseInput(kind: AnyKind, input: unknown): unknown {
  const parsed = kind.input.safeParse(input)
  if (!parsed.success) throw new Failure('INPUT_INVALID', parsed.error.issues[0]?.message)
  return parsed.data
}

function abandonAfterAbort(signal: AbortSignal): { abandoned: Promise<never>; release(): void } {
  let timer: NodeJS.Timeout | undefined
  let onAbort = () => {}
  const abandoned = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(signal.reason), graceMs)
    }
  })
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  return {
    abandoned,
    release() {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    },
  }
}
