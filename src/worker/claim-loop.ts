import { isRetryable, type Pool } from '../db/connect.ts'
import { withPatience } from '../db/patience.ts'
import type { Log } from '../log.ts'
import { type JobOutcome, outcomeOfError } from '../queue/outcome.ts'
import { handBackUnknown } from '../queue/recover.ts'
import {
  type Claim,
  type ClaimedJob,
  claimKey,
  headOfQueue,
  type Position,
  suspectStalls,
  turn,
} from '../queue/turn.ts'
import { createHeadScans } from './head-scans.ts'

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

type OnWritten = (outcome: JobOutcome | null) => void
type Waiting = { claim: ClaimedJob; outcome: JobOutcome; onWritten: OnWritten }

export type ClaimLoop = {
  /** There may be something to claim: a hint came, or it is time to look. */
  wake(): void
  /**
   * A job of this worker ended. Its slot is free from now on, and the next statement carries the outcome. `onWritten` is
   * called when it has been written, with the outcome that was; with null if the job was no longer ours.
   */
  finish(job: ClaimedJob, outcome: JobOutcome, onWritten: OnWritten): void
  /** A job ended whose outcome is written elsewhere, or nowhere. */
  release(claim: Claim): void
  /** Hands back, before the next claim, what stands as this worker's although it is not known here. */
  reconcile(): void
  /** From now on nothing is claimed. */
  stopClaiming(): void
  /** Forgets what was to be written: others have taken these jobs. */
  drop(): void
  /** Whether nothing waits to be written, and no claim is under way that may still bring a job. */
  isIdle(): boolean
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
  known,
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
  known(): Claim[]
  start(job: ClaimedJob): void
  log: Log
}): ClaimLoop {
  // Half of many slots, so that one half runs while the other's outcomes are written; see worthSplitting.
  const mostPerClaim = Math.max(worthSplitting, Math.ceil(slots / turnsAtOnce))
  let waiting: Waiting[] = []
  let busy = 0 // slots with a job in them
  let reserved = 0 // slots for what claims under way may bring
  let turns = 0
  let isClaiming = true
  let wakes = 1 // how often there was a reason to look
  let looked = 0 // up to which of them a claim found less than it asked for
  let lookedFromMark = 0 // the same for claims that did not begin at the head
  let lookedFromHead = 0 // up to which of them a claim began at the head, whatever it found
  const headScans = createHeadScans(() => performance.now())
  let headTimer: NodeJS.Timeout | undefined
  const suspects = new Set<string>() // the suspect here: at most one
  let mayBringSuspect = false // a claim under way may
  let mustReconcile = false
  let isScheduled = false
  let retryMs = 0

  function freeSlot(claim: Claim) {
    busy -= 1
    if (suspects.delete(claimKey(claim))) wakes += 1 // others of its like have been waiting
  }

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
    const most = isClaiming && looked < wakes && mayClaim() ? Math.min(batchSize, free, mostPerClaim) : 0
    const from = most > 0 ? whereToLook() : undefined
    // A scan from the head that is slow must not have all slots wait for it.
    const claimCount = !from
      ? 0
      : from === headOfQueue && headScans.isSlow()
        ? Math.min(most, Math.ceil(free / 2))
        : most
    if (waiting.length === 0 && claimCount === 0) return
    const ended = waiting
    waiting = []
    void take(ended, claimCount, from ?? headOfQueue)
    schedule()
  }

  /** Where a claim may begin now; undefined: nowhere yet. */
  function whereToLook(): Position | undefined {
    const restMs = headScans.restMs(lookedFromHead < wakes)
    if (restMs === 0) return headOfQueue
    const mark = headScans.mark()
    if (mark && lookedFromMark < wakes) return mark
    if (!headTimer && Number.isFinite(restMs)) {
      headTimer = setTimeout(() => {
        headTimer = undefined
        schedule()
      }, restMs)
    }
    return undefined
  }

  async function take(ended: Waiting[], claimCount: number, from: Position) {
    const id = workerId()
    const wakesBefore = wakes
    turns += 1
    reserved += claimCount
    const maySuspect = claimCount > 0 && suspects.size === 0 && !mayBringSuspect
    if (maySuspect) mayBringSuspect = true
    const endScan = claimCount > 0 && from === headOfQueue ? headScans.begin() : undefined
    let hasSucceeded = false
    try {
      const { claimed, written } = await withPatience(
        turn(pool, { workerId: id, kind, ended, claimCount, from, maySuspect }),
        patienceMs,
      )
      hasSucceeded = true
      lastDelayMs = firstRetryMs
      headScans.moveMark(claimed)
      if (endScan) lookedFromHead = wakesBefore
      const suspect = claimed.find(({ stalls }) => stalls >= suspectStalls)
      if (suspect) suspects.add(claimKey(suspect))
      // A claim that brought a suspect, or had to leave them to another one, says nothing of what is left.
      const hasSeenAll = !suspect && (maySuspect || suspects.size > 0)
      if (claimed.length < claimCount && hasSeenAll) {
        if (from === headOfQueue) looked = wakesBefore
        else lookedFromMark = wakesBefore
      }
      for (const { claim, outcome, onWritten } of ended) onWritten(written.has(claim.id) ? outcome : null)
      for (const job of claimed) {
        busy += 1
        start(job)
      }
    } catch (error) {
      if (claimCount > 0) mustReconcile = true
      if (isRetryable(error)) {
        log.warn({ error: (error as Error).message, waiting: ended.length }, 'database not reached; will try again')
        if (id === workerId()) waiting = [...ended, ...waiting]
        else for (const { onWritten } of ended) onWritten(null)
        backOff()
      } else {
        log.error({ error: (error as Error).message }, 'database refused a statement')
        await writeOneByOne(id, ended)
      }
    } finally {
      turns -= 1
      reserved -= claimCount
      if (maySuspect) mayBringSuspect = false
      endScan?.(hasSucceeded)
      schedule()
    }
  }

  /** Something in this batch cannot be stored. The others must not suffer for it. */
  async function writeOneByOne(id: string, ended: Waiting[]) {
    for (const one of ended) {
      try {
        const { written } = await withPatience(
          turn(pool, { workerId: id, kind, ended: [one], claimCount: 0 }),
          patienceMs,
        )
        one.onWritten(written.has(one.claim.id) ? one.outcome : null)
      } catch (error) {
        if (isRetryable(error)) {
          waiting.push(one)
          backOff()
        } else {
          log.error({ job: one.claim.id, error: (error as Error).message }, 'outcome could not be stored; job fails')
          // Trying again would bring the same.
          const lastTry = { ...one.claim, maxAttempts: one.claim.attempt }
          const outcome = outcomeOfError(error, lastTry, { now: new Date(), random: 0 })
          if (one.outcome.status === 'completed') waiting.push({ ...one, outcome })
          else mustReconcile = true // nothing of it can be written: hand it back
        }
      }
    }
    if (ended.length === 0) backOff()
  }

  async function reconcile() {
    turns += 1
    try {
      const all = [...known(), ...waiting.map(({ claim }) => claim)]
      const handedBack = await withPatience(handBackUnknown(pool, workerId(), all), patienceMs)
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
    finish(job, outcome, onWritten) {
      freeSlot(job)
      waiting.push({ claim: job, outcome, onWritten })
      schedule()
    },
    release(claim) {
      freeSlot(claim)
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
      for (const { onWritten } of waiting) onWritten(null)
      waiting = []
    },
    isIdle: () => waiting.length === 0 && turns === 0,
  }
}
