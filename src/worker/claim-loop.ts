import { isRetryable, type Pool } from '../db/connect.ts'
import { withPatience } from '../db/patience.ts'
import type { Log } from '../log.ts'
import { outcomeOfError } from '../queue/outcome.ts'
import { handBackUnknown } from '../queue/recover.ts'
import { type ClaimedJob, type Ended, turn } from '../queue/turn.ts'

/** Statements under way at once: while one waits for its commit, the next can be filled. */
const turnsAtOnce = 2
/**
 * Below this a statement's commit costs more than its rows, and two small ones more than one: ten slots claimed by tens
 * gave 10,000 no-op jobs a second and by fives 7,500; a hundred by hundreds 17,500 and by fifties 30,000 (two cores).
 */
const worthSplitting = 32
const firstRetryMs = 200
const mostRetryMs = 3_000
/** For one statement. Whatever it did is then found out as after a lost connection. */
const patienceMs = 20_000

export type ClaimLoop = {
  /** There may be something to claim: a hint came, or it is time to look. */
  wake(): void
  /** A job of this worker ended. Its slot is free from now on, and the next statement carries the outcome. */
  finish(ended: Ended): void
  /** A job ended whose outcome is written elsewhere, or nowhere. */
  release(): void
  /** Hands back, before the next claim, what stands as this worker's although it is not known here. */
  reconcile(): void
  /** From now on nothing is claimed. */
  stopClaiming(): void
  /** Forgets what was to be written: others have taken these jobs. */
  drop(): void
  /** Outcomes that wait to be written. */
  unwritten(): number
}

/**
 * Claims jobs into free slots and writes how they ended, both in one statement (sql/queries/job_turn.sql). A claim takes
 * `min(batchSize, free slots)`; slots refill as jobs end. While the database is away it keeps the outcomes and tries
 * again, as long as the process lives.
 */
export function createClaimLoop({
  pool,
  kind,
  slots,
  batchSize,
  workerId,
  mayClaim,
  knownIds,
  start,
  log,
}: {
  pool: Pool
  kind: string
  slots: number
  batchSize: number
  workerId(): string
  /** False while this process cannot show that it lives. */
  mayClaim(): boolean
  /** The jobs running here, for handing back what was claimed without our learning of it. */
  knownIds(): string[]
  start(job: ClaimedJob): void
  log: Log
}): ClaimLoop {
  // Half of many slots, so that one half runs while the other's outcomes are written; see worthSplitting.
  const mostPerClaim = Math.max(worthSplitting, Math.ceil(slots / turnsAtOnce))
  let waiting: Ended[] = []
  const underWay = new Set<Ended>()
  let busy = 0 // slots with a job in them
  let reserved = 0 // slots for what claims under way may bring
  let turns = 0
  let isClaiming = true
  let wakes = 1 // how often there was a reason to look
  let looked = 0 // up to which of them a claim found less than it asked for
  let mustReconcile = false
  let isScheduled = false
  let retryMs = 0

  const logLost = (job: string) => log.warn({ job }, 'job was no longer ours; its outcome was not written')

  const schedule = () => {
    if (isScheduled || retryMs > 0) return
    isScheduled = true
    // Jobs that end in the same round of the event loop share a statement.
    setImmediate(() => {
      isScheduled = false
      pump()
    })
  }

  function pump() {
    if (mustReconcile && turns === 0) return void reconcile()
    if (mustReconcile || turns >= turnsAtOnce) return
    const free = slots - busy - reserved
    const claimCount = isClaiming && looked < wakes && mayClaim() ? Math.min(batchSize, free, mostPerClaim) : 0
    if (waiting.length === 0 && claimCount <= 0) return
    const ended = waiting
    waiting = []
    void take(ended, Math.max(0, claimCount))
    schedule()
  }

  async function take(ended: Ended[], claimCount: number) {
    const id = workerId()
    const wakesBefore = wakes
    turns += 1
    reserved += claimCount
    for (const one of ended) underWay.add(one)
    try {
      const { claimed, written } = await withPatience(turn(pool, { workerId: id, kind, ended, claimCount }), patienceMs)
      lastDelayMs = firstRetryMs
      if (claimed.length < claimCount) looked = wakesBefore
      for (const { claim } of ended) {
        if (!written.has(claim.id)) logLost(claim.id)
      }
      for (const job of claimed) {
        busy += 1
        start(job)
      }
    } catch (error) {
      if (claimCount > 0) mustReconcile = true
      if (isRetryable(error)) {
        log.warn({ error: (error as Error).message, waiting: ended.length }, 'database not reached; will try again')
        if (id === workerId()) waiting = [...ended, ...waiting]
        backOff()
      } else {
        log.error({ error: (error as Error).message }, 'database refused a statement')
        await writeOneByOne(id, ended)
      }
    } finally {
      for (const one of ended) underWay.delete(one)
      turns -= 1
      reserved -= claimCount
      schedule()
    }
  }

  /** Something in this batch cannot be stored. The others must not suffer for it. */
  async function writeOneByOne(id: string, ended: Ended[]) {
    for (const one of ended) {
      try {
        await withPatience(turn(pool, { workerId: id, kind, ended: [one], claimCount: 0 }), patienceMs)
      } catch (error) {
        if (isRetryable(error)) {
          waiting.push(one)
          backOff()
        } else {
          log.error({ job: one.claim.id, error: (error as Error).message }, 'outcome could not be stored; job fails')
          const asFailed = outcomeOfError(
            error,
            { attempt: 1, maxAttempts: 1, claims: one.claim.claims },
            { now: new Date(), random: 0 },
          )
          if (one.outcome.status === 'completed') waiting.push({ claim: one.claim, outcome: asFailed })
          else mustReconcile = true // nothing of it can be written: hand it back
        }
      }
    }
    if (ended.length === 0) backOff()
  }

  async function reconcile() {
    turns += 1
    try {
      const known = [...knownIds(), ...waiting.map(({ claim }) => claim.id)]
      const handedBack = await withPatience(handBackUnknown(pool, workerId(), known), patienceMs)
      mustReconcile = false
      retryMs = 0
      if (handedBack > 0) log.warn({ jobs: handedBack }, 'handed back jobs whose claim had been lost on the way')
    } catch (error) {
      log.warn({ error: (error as Error).message, waiting: waiting.length }, 'database not reached; will try again')
      backOff()
    } finally {
      turns -= 1
      schedule()
    }
  }

  let lastDelayMs = firstRetryMs
  function backOff() {
    if (retryMs > 0) return
    retryMs = lastDelayMs * (0.5 + Math.random() / 2)
    lastDelayMs = Math.min(lastDelayMs * 2, mostRetryMs)
    setTimeout(() => {
      retryMs = 0
      pump()
    }, retryMs)
  }

  return {
    wake() {
      wakes += 1
      schedule()
    },
    finish(ended) {
      busy -= 1
      waiting.push(ended)
      schedule()
    },
    release() {
      busy -= 1
      schedule()
    },
    reconcile() {
      mustReconcile = true
      schedule()
    },
    stopClaiming() {
      isClaiming = false
    },
    drop() {
      for (const { claim } of waiting) logLost(claim.id)
      waiting = []
    },
    unwritten: () => waiting.length + underWay.size,
  }
}
