import type { Pool } from '../db/connect.ts'
import { withPatience } from '../db/patience.ts'
import type { Log } from '../log.ts'
import { beat, register } from '../queue/presence.ts'
import { gapSecondsOf, type Pace } from './pace.ts'

const againMs = 1_000
/** A beat that hangs tells nothing: the next one is sent after this. */
const patienceMs = 5_000

export type Heartbeat = {
  workerId(): string
  /** Whether this process has shown in time that it lives, and so may claim. */
  isAlive(): boolean
  /** Whether it has seen the database without a break for so long that a silent worker must be dead, not cut off. */
  maySayWhoIsDead(): boolean
  stop(): void
}

/** The time that has passed, by the clock that shows more of it: one stands still in sleep, the other can be set back. */
function createStopwatch(): { elapsedMs(): number } {
  const wall = Date.now()
  const steady = performance.now()
  return { elapsedMs: () => Math.max(Date.now() - wall, performance.now() - steady) }
}

/**
 * Keeps this worker's row alive. `onFence`: no beat got through for `fenceAfterMs`, so its jobs must stop. `onDeath`:
 * others have given it up and taken its jobs; it goes on under a new id.
 */
export async function startHeartbeat({
  pool,
  kind,
  slots,
  running,
  isDraining,
  onFence,
  onDeath,
  pace,
  log,
}: {
  pool: Pool
  kind: string
  slots: number
  running(): number
  isDraining(): boolean
  onFence(): void
  onDeath(): void
  pace: Pace
  log: Log
}): Promise<Heartbeat> {
  const { beatEveryMs, fenceAfterMs, deadAfterSeconds } = pace
  const gapSeconds = gapSecondsOf(pace)
  let id = await register(pool, kind, slots)
  let sinceBeat = createStopwatch()
  let sinceGap = createStopwatch()
  let isFenced = false
  let isKnown = true
  let isStopped = false
  let timer: NodeJS.Timeout | undefined

  const fenceTimer = setInterval(() => {
    if (isFenced || sinceBeat.elapsedMs() < fenceAfterMs) return
    isFenced = true
    log.error({ silentMs: Math.round(sinceBeat.elapsedMs()) }, 'no sign of life got through; stopping own jobs')
    onFence()
  }, 500)

  async function next() {
    // A beat counts from when it was sent: its answer may have been long on the way.
    const sinceSent = createStopwatch()
    let delayMs = beatEveryMs
    try {
      const state = { running: running(), isDraining: isDraining(), gapSeconds }
      if (isKnown) isKnown = await withPatience(beat(pool, id, state), patienceMs)
      if (!isKnown) {
        log.error({ worker: id }, 'this worker was given up for dead and its jobs were taken')
        onDeath()
        id = await withPatience(register(pool, kind, slots), patienceMs)
        isKnown = true
        sinceGap = createStopwatch()
        log.info({ worker: id }, 'going on under a new id')
      }
      if (sinceBeat.elapsedMs() > fenceAfterMs) sinceGap = createStopwatch()
      if (isFenced) log.info({ worker: id }, 'sign of life got through again')
      isFenced = false
      sinceBeat = sinceSent
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'sign of life did not get through')
      sinceGap = createStopwatch()
      delayMs = Math.min(againMs, beatEveryMs)
    }
    if (!isStopped) timer = setTimeout(next, delayMs)
  }
  timer = setTimeout(next, beatEveryMs)

  return {
    workerId: () => id,
    isAlive: () => isKnown && sinceBeat.elapsedMs() < fenceAfterMs,
    maySayWhoIsDead: () =>
      isKnown && !isFenced && sinceBeat.elapsedMs() < fenceAfterMs && sinceGap.elapsedMs() > deadAfterSeconds * 1000,
    stop() {
      isStopped = true
      clearTimeout(timer)
      clearInterval(fenceTimer)
    },
  }
}
