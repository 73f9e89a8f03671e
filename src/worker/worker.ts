import { setTimeout as wait } from 'node:timers/promises'
import { isRetryable, type Pool } from '../db/connect.ts'
import { withPatience } from '../db/patience.ts'
import { run } from '../db/queries.ts'
import { failureCodeOf } from '../errors.ts'
import type { AnyKind, Handler, Outcome } from '../kinds/define-kind.ts'
import type { Services } from '../kinds/services.ts'
import type { Log } from '../log.ts'
import type { Hints } from '../queue/hints.ts'
import { handedBack, outcomeOfError } from '../queue/outcome.ts'
import { leave } from '../queue/presence.ts'
import { findMine, promote, reap } from '../queue/recover.ts'
import { type ClaimedJob, finishInside } from '../queue/turn.ts'
import { createClaimLoop } from './claim-loop.ts'
import { type Executed, execute } from './execute.ts'
import { startHeartbeat } from './heartbeat.ts'
import { type Pace, usualPace } from './pace.ts'
import { createProgressWriter } from './progress-writer.ts'
import { Stopped } from './stop-reason.ts'

/** Where hints arrive, polling is only the safety net; where none can, it is how work is found. */
const pollMs = { hinted: 5_000, unhinted: 500 }
const promoteEveryMs = 1_000
const watchEveryMs = 1_000
const reportEveryMs = 60_000
/** What no path foresees: a job that stands as ours while we know nothing of it goes back within this time. */
const reconcileEveryMs = 30_000
/** For one statement or transaction; then it is tried again, on another connection. */
const patienceMs = 20_000
/** How long aborted jobs may take to end at the shutdown's deadline; handlers are left alone after a second. */
const abortGraceMs = 1_500

export type WorkerOptions = {
  pool: Pool
  isPooled: boolean
  hints: Hints
  kind: AnyKind
  /** Builds what handlers reach the world with, around the id under which this worker goes at the moment. */
  services(workerId: () => string): Promise<Services>
  slots: number
  batchSize: number
  /** Instead of the kind's own. */
  timeoutSeconds?: number | undefined
  /** After so many jobs, give or take a tenth so that a fleet does not turn over at once, this process is worn out. */
  maxJobs?: number
  /** So is one whose resident memory is larger. */
  memoryLimitMb?: number
  /** Called once, with the reason. It should stop the worker and end the process; another takes its place. */
  onWornOut?(why: string): void
  /** Shorter in tests, which cannot wait for a worker to be given up. */
  pace?: Pace
  log: Log
}

export type Worker = {
  id(): string
  /** Stops claiming, lets jobs finish for `drainMs`, hands back the rest, and leaves. A second call can shorten the time. */
  stop(drainMs: number): Promise<void>
}

type Running = { job: ClaimedJob; workerId: string; controller: AbortController; startedMs: number }

class Lost extends Error {}

/** Runs jobs of one kind in this process until it is stopped. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { pool, isPooled, hints, kind, slots, batchSize, pace = usualPace, log } = options
  const timeoutSeconds = options.timeoutSeconds ?? kind.timeoutSeconds
  const handler: Handler<unknown> = await kind.loadHandler()
  const services = await options.services(() => heartbeat.workerId())
  const running = new Map<string, Running>()
  let isDraining = false
  let jobsLeft = Math.ceil((options.maxJobs ?? Number.POSITIVE_INFINITY) * (0.9 + Math.random() / 5))
  let isWornOut = false

  const abortAll = (reason: Stopped) => {
    for (const { controller } of running.values()) controller.abort(reason)
  }

  const heartbeat = await startHeartbeat({
    pool,
    kind: kind.name,
    slots,
    running: () => running.size,
    isDraining: () => isDraining,
    onFence: () => abortAll(new Stopped('hand_back', 'the worker could not show that it lives')),
    onDeath() {
      abortAll(new Stopped('lost', 'the worker was given up for dead'))
      loop.drop()
    },
    pace,
    log,
  })

  const loop = createClaimLoop({
    pool,
    kind: kind.name,
    slots,
    batchSize,
    workerId: heartbeat.workerId,
    mayClaim: heartbeat.isAlive,
    knownIds: () => [...running.keys()],
    start: (job) => void runJob(job),
    log,
  })

  async function runJob(job: ClaimedJob) {
    const mine: Running = {
      job,
      workerId: heartbeat.workerId(),
      controller: new AbortController(),
      startedMs: performance.now(),
    }
    running.set(job.id, mine)
    const about = { job: job.id, subject: job.subject, attempt: job.attempt }
    log.info(about, 'job claimed')
    const progress = createProgressWriter(pool, {
      workerId: mine.workerId,
      claim: job,
      onLost: () => mine.controller.abort(new Stopped('lost', 'the job is no longer this worker’s')),
    })
    const executed = await execute(job, {
      kind,
      handler,
      timeoutSeconds,
      controller: mine.controller,
      context: { progress: progress.report, sql: pool, services, log: log.child({ job: job.id }) },
    })
    progress.stop()
    const ended = await write(mine, executed)
    running.delete(job.id)
    jobsLeft -= 1
    if (jobsLeft === 0) wearOut(`it has run its ${options.maxJobs} jobs`)
    const durationMs = Math.round(performance.now() - mine.startedMs)
    report(about, ended, durationMs)
    if (ended.outcome === null || ended.write) loop.release(job.id)
    else if (mine.workerId === heartbeat.workerId()) loop.finish({ claim: job, outcome: ended.outcome })
    else loop.release(job.id)
  }

  /**
   * A job that stores something is completed inside the transaction that stores it; this waits out a database that is
   * away. All other outcomes go with the loop's next statement.
   */
  async function write(mine: Running, executed: Executed): Promise<Executed> {
    if (!executed.write || executed.outcome?.status !== 'completed') return executed
    const { job, workerId, controller } = mine
    const { result } = executed.outcome
    for (let delayMs = 200; ; delayMs = Math.min(delayMs * 2, 3_000)) {
      try {
        let enqueued: AnyKind[] = []
        const transaction = pool.begin(async (tx) => {
          // The fence first: its row lock keeps the job ours until the commit.
          if (!(await finishInside(tx, { workerId, kind: kind.name, claim: job, result }))) throw new Lost()
          enqueued = await (executed.write as NonNullable<Outcome['write']>)(tx)
        })
        await withPatience(transaction, patienceMs)
        for (const { name } of enqueued) hints.send(name)
        return executed
      } catch (error) {
        if (error instanceof Lost) return { outcome: null }
        if (!isRetryable(error)) {
          const outcome = outcomeOfError(error, job, { now: new Date(), random: Math.random() })
          return { outcome, error }
        }
        log.warn({ job: job.id, error: (error as Error).message }, 'database not reached; result kept, will try again')
        await wait(delayMs, undefined, { signal: controller.signal }).catch(() => {})
        const { reason } = controller.signal
        if (reason instanceof Stopped) return { outcome: reason.consequence === 'lost' ? null : handedBack }
      }
    }
  }

  function report(about: object, { outcome, error }: Executed, durationMs: number) {
    if (outcome === null) return log.warn({ ...about, durationMs }, 'job was no longer ours; nothing written')
    if (outcome.status === 'completed') return log.info({ ...about, durationMs }, 'job completed')
    if (error === undefined) return log.info({ ...about, durationMs }, 'job handed back')
    const fields = { ...about, durationMs, code: failureCodeOf(error), cause: causeOf(error) }
    if (outcome.status === 'failed') return log.error(fields, 'job failed')
    log.warn({ ...fields, againInMs: outcome.status === 'queued' ? outcome.delayMs : 0 }, 'job will be tried again')
  }

  function wearOut(why: string) {
    if (isWornOut) return
    isWornOut = true
    options.onWornOut?.(why)
  }

  async function watchMemory() {
    const usedMb = Math.round(process.memoryUsage.rss() / 2 ** 20)
    const limitMb = options.memoryLimitMb ?? Number.POSITIVE_INFINITY
    if (usedMb > limitMb) wearOut(`it uses ${usedMb} MB of memory, more than WORKER_MEMORY_LIMIT_MB=${limitMb}`)
  }

  /** Aborts what was cancelled or taken. Jobs that run under a second are not asked about. */
  async function watch() {
    const now = performance.now()
    const longer = [...running.values()].filter(({ startedMs }) => now - startedMs > watchEveryMs)
    if (longer.length === 0) return
    const workerId = heartbeat.workerId()
    const mine = await findMine(
      pool,
      workerId,
      longer.map(({ job }) => job),
    )
    for (const one of longer) {
      if (one.workerId === workerId && !mine.has(one.job.id)) {
        one.controller.abort(new Stopped('lost', 'the job was cancelled or taken'))
      }
    }
  }

  async function reapDead() {
    if (!heartbeat.maySayWhoIsDead()) return
    const taken = await reap(pool, pace.deadAfterSeconds)
    for (const job of taken)
      log.warn({ job: job.id, kind: job.kind, stalls: job.stalls }, `dead worker's job ${job.status}`)
    for (const name of new Set(taken.map((job) => job.kind))) hints.send(name)
  }

  async function promoteDue() {
    for (const name of await promote(pool)) hints.send(name)
  }

  async function reportLife() {
    const [metrics] = await run<{ queued: number; processing: number }>(pool, 'kind_metrics', [kind.name])
    const { queued, processing } = metrics!
    const state = queued + processing === 0 ? 'queue empty' : running.size > 0 ? 'working' : 'waiting'
    log.info(
      { queued, processing, running: running.size },
      `alive, ${state} (queued=${queued}, processing=${processing})`,
    )
  }

  const rounds = [
    every(promoteEveryMs, promoteDue, log),
    every(pace.reapEveryMs, reapDead, log),
    every(watchEveryMs, watch, log),
    every(watchEveryMs, watchMemory, log),
    every(reportEveryMs, reportLife, log),
    every(reconcileEveryMs, async () => loop.reconcile(), log),
    every(isPooled ? pollMs.unhinted : pollMs.hinted, async () => loop.wake(), log),
  ]
  const listening = await hints.listen(kind.name, loop.wake)
  log.info({ worker: heartbeat.workerId(), slots, batchSize }, 'claim loop started')
  await reportLife()
  loop.wake()

  let deadline = Number.POSITIVE_INFINITY
  let stopped: Promise<void> | undefined

  async function stop(drainMs: number): Promise<void> {
    isDraining = true
    loop.stopClaiming()
    for (const stop of rounds) stop()
    await listening.stop()
    log.info({ running: running.size, drainMs }, 'draining')
    const isDone = () => running.size === 0 && loop.unwritten() === 0
    while (!isDone() && performance.now() < deadline) await wait(20)
    if (!isDone()) {
      log.warn({ running: running.size }, 'deadline reached; handing back what still runs')
      abortAll(new Stopped('hand_back', 'the worker shuts down'))
      const graceDeadline = performance.now() + abortGraceMs
      while (!isDone() && performance.now() < graceDeadline) await wait(20)
    }
    heartbeat.stop()
    const handedBack = await Promise.race([leave(pool, heartbeat.workerId()), wait(2_000, null)]).catch(() => null)
    if (handedBack === null) log.warn({}, 'could not say goodbye to the database; others will take what is left')
    else log.info({ handedBack }, 'left the fleet')
  }

  return {
    id: heartbeat.workerId,
    stop(drainMs) {
      deadline = Math.min(deadline, performance.now() + drainMs)
      stopped ??= stop(drainMs)
      return stopped
    },
  }
}

const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `${error.name === 'Failure' ? '' : `${error.stack ?? error.name}: `}${error.message}${cause}`
}

/** Runs `work` again and again, `everyMs` with a tenth of jitter after it has ended. A failure is logged, and it goes on. */
function every(everyMs: number, work: () => Promise<void>, log: Log): () => void {
  let timer: NodeJS.Timeout
  let isStopped = false
  const plan = () => {
    timer = setTimeout(round, everyMs * (0.95 + Math.random() / 10))
  }
  const round = async () => {
    await withPatience(work(), patienceMs).catch((error: Error) =>
      log.debug({ error: error.message }, `${work.name} failed`),
    )
    if (!isStopped) plan()
  }
  plan()
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}
