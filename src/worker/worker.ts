import { setTimeout as wait } from 'node:timers/promises'
import type { Pool } from '../db/connect.ts'
import { withPatience } from '../db/patience.ts'
import { run } from '../db/queries.ts'
import { fewAtATime } from '../few-at-a-time.ts'
import type { AnyKind, Handler } from '../kinds/define-kind.ts'
import { type Services, servicesOfJob } from '../kinds/services.ts'
import type { Log } from '../log.ts'
import type { Hints } from '../queue/hints.ts'
import { leave } from '../queue/presence.ts'
import { findMine, promote, reap } from '../queue/recover.ts'
import { every } from '../queue/rounds.ts'
import { type ClaimedJob, claimKey } from '../queue/turn.ts'
import { createClaimLoop } from './claim-loop.ts'
import type { WorkerHandler } from './execute.ts'
import { startHeartbeat } from './heartbeat.ts'
import { gapSecondsOf, type Pace, usualPace } from './pace.ts'
import { type RunningJob, runJob } from './run-job.ts'
import { Stopped } from './stop-reason.ts'

/** Where hints arrive, polling is only the safety net; where none can, it is how work is found. */
const pollMs = { hinted: 5_000, unhinted: 500 }
const promoteEveryMs = 1_000
const watchEveryMs = 1_000
const reportEveryMs = 60_000
/** What no path foresees: a job that stands as ours while we know nothing of it goes back within this time. */
const reconcileEveryMs = 30_000
/** How long aborted jobs may take to end at the shutdown's deadline; handlers are left alone after a second. */
const abortGraceMs = 1_500
/** For the heartbeat and the claims, however many jobs wait for a lock in what they store. */
const connectionsLeftFree = 2
/** A frozen database must not hold up the end of a process. */
const unlistenMs = 1_000

export type WorkerOptions = {
  pool: Pool
  isPooled: boolean
  hints: Hints
  kind: AnyKind
  /** Builds what handlers reach the world with, around the id under which this worker goes at the moment; at first need. */
  services(workerId: () => string): Promise<Services>
  slots: number
  batchSize: number
  /** False: nothing is claimed now, and asked again within seconds. What runs goes on. */
  mayClaim?(): boolean
  /** Instead of the kind's own. */
  timeoutSeconds?: number | undefined
  /** After so many jobs, give or take a tenth so that a fleet does not turn over at once, this process is worn out. */
  maxJobs?: number
  /** So is one whose resident memory is larger. */
  memoryLimitMb?: number
  /** Called once, with the reason. It should stop the worker and end the process; another takes its place. */
  onWornOut?(why: string, by: 'jobs' | 'memory'): void
  /** Shorter in tests, which cannot wait for a worker to be given up. */
  pace?: Pace
  log: Log
}

export type Worker = {
  id(): string
  /** Stops claiming, lets jobs finish for `drainMs`, hands back the rest, and leaves. A second call can shorten the time. */
  stop(drainMs: number): Promise<void>
}

/** Runs jobs of one kind in this process until it is stopped. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { pool, isPooled, hints, kind, slots, batchSize, pace = usualPace, log } = options
  const timeoutSeconds = options.timeoutSeconds ?? kind.timeoutSeconds
  const handler = loadedAtFirstJob(kind, () => options.services(() => heartbeat.workerId()))
  const running = new Map<string, RunningJob>()
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
    mayClaim: () => heartbeat.isAlive() && (options.mayClaim?.() ?? true),
    known: () => [...running.values()].map(({ job }) => job),
    start: (job) => void start(job),
    log,
  })

  const atOnce = fewAtATime(Math.max(1, pool.options.max - connectionsLeftFree))
  const { workerId } = heartbeat
  const runner = { pool, atOnce, hints, kind, handler, timeoutSeconds, loop, workerId, log }

  async function start(job: ClaimedJob) {
    const mine: RunningJob = {
      job,
      workerId: heartbeat.workerId(),
      controller: new AbortController(),
      startedMs: performance.now(),
    }
    running.set(claimKey(job), mine)
    await runJob(mine, runner)
    running.delete(claimKey(job))
    jobsLeft -= 1
    if (jobsLeft === 0) wearOut(`it has run its ${options.maxJobs} jobs`, 'jobs')
  }

  function wearOut(why: string, by: 'jobs' | 'memory') {
    if (isWornOut) return
    isWornOut = true
    options.onWornOut?.(why, by)
  }

  async function watchMemory() {
    const usedMb = Math.round(process.memoryUsage.rss() / 2 ** 20)
    const limitMb = options.memoryLimitMb ?? Number.POSITIVE_INFINITY
    if (usedMb > limitMb)
      wearOut(`it uses ${usedMb} MB of memory, more than WORKER_MEMORY_LIMIT_MB=${limitMb}`, 'memory')
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
      if (one.workerId === workerId && !mine.has(claimKey(one.job))) {
        one.controller.abort(new Stopped('lost', 'the job was cancelled or taken'))
      }
    }
  }

  async function reapDead() {
    if (!heartbeat.maySayWhoIsDead()) return
    const taken = await reap(pool, {
      workerId: heartbeat.workerId(),
      silentSeconds: pace.deadAfterSeconds,
      gapSeconds: gapSecondsOf(pace),
    })
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
    every(watchEveryMs, watchMemory, log),
    every(reportEveryMs, reportLife, log),
    every(reconcileEveryMs, async () => loop.reconcile(), log),
    every(isPooled ? pollMs.unhinted : pollMs.hinted, async () => loop.wake(), log),
  ]
  // Also while jobs are given time to end: one that is cancelled then must not go on.
  const stopWatching = every(watchEveryMs, watch, log)
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
    await withPatience(listening.stop(), unlistenMs).catch(() => {})
    log.info({ running: running.size, drainMs }, 'draining')
    const isDone = () => running.size === 0 && loop.isIdle()
    while (!isDone() && performance.now() < deadline) await wait(20)
    if (!isDone()) {
      log.warn({ running: running.size }, 'deadline reached; handing back what still runs')
      abortAll(new Stopped('hand_back', 'the worker shuts down'))
      const graceDeadline = performance.now() + abortGraceMs
      while (!isDone() && performance.now() < graceDeadline) await wait(20)
    }
    stopWatching()
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

/**
 * What handlers reach the world with is a third of an idle worker's memory, and most of its start; it comes with the
 * first job. When it cannot be loaded that job says so, and the next tries again.
 */
function loadedAtFirstJob(kind: AnyKind, createServices: () => Promise<Services>): WorkerHandler {
  let loading: Promise<[Handler<unknown>, Services]> | undefined
  return async (input, context) => {
    loading ??= Promise.all([kind.loadHandler(), createServices()]).catch((error) => {
      loading = undefined
      throw error
    })
    const [handler, services] = await loading
    return handler(input, { ...context, services: servicesOfJob(services, context.jobId) })
  }
}
