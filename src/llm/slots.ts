import { setTimeout as wait } from 'node:timers/promises'
import { isRetryable, type Pool } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import { Failure } from '../errors.ts'

/** However many calls wait in this process, the database is asked this often for all of them together. */
const askEveryMs = 50
const mostAskEveryMs = 500
/** A call that has waited so long for a slot goes back to the queue, where it holds no worker's slot. */
const patienceMs = 60_000

export type WithSlot = <T>(signal: AbortSignal, use: () => Promise<T>) => Promise<T>

type Waiter = { give(slot: Held): void; isGone(): boolean }
type Held = { slot: number; workerId: string }

/**
 * The cap on concurrent calls to one endpoint, held over the whole fleet: a slot is a row that is held while `use` runs.
 * A dead worker's slots come back with its jobs.
 *
 * `withSlot` throws Failure LLM_BUSY when no slot was free for a minute, and the signal's reason when it fires.
 */
export async function createSlots({
  pool,
  provider,
  cap,
  workerId,
}: {
  pool: Pool
  provider: string
  cap: number
  workerId(): string
}): Promise<WithSlot> {
  await run(pool, 'llm_slot_prepare', [provider, cap])
  let waiters: Waiter[] = []
  let isAsking = false

  async function ask() {
    isAsking = true
    let delayMs = askEveryMs
    for (;;) {
      waiters = waiters.filter((waiter) => !waiter.isGone())
      if (waiters.length === 0) break
      const id = workerId()
      const taken = await run<{ slot: number }>(pool, 'llm_slot_take', [provider, id, cap, waiters.length]).catch(
        () => [],
      )
      for (const { slot } of taken) {
        const next = waiters.find((waiter) => !waiter.isGone())
        waiters = waiters.filter((waiter) => waiter !== next)
        if (next) next.give({ slot, workerId: id })
        else void release({ slot, workerId: id })
      }
      delayMs = taken.length > 0 ? askEveryMs : Math.min(delayMs * 1.5, mostAskEveryMs)
      if (waiters.length > 0) await wait(delayMs * (0.5 + Math.random()))
    }
    isAsking = false
  }

  /** Keeps trying: a slot that is not released is lost to the fleet as long as this worker lives. */
  async function release({ slot, workerId: holder }: Held): Promise<void> {
    for (let delayMs = 100; ; delayMs = Math.min(delayMs * 2, 5_000)) {
      try {
        await run(pool, 'llm_slot_release', [provider, holder, slot])
        return
      } catch (error) {
        if (!isRetryable(error)) throw error
        await wait(delayMs)
      }
    }
  }

  function take(signal: AbortSignal): Promise<Held> {
    return new Promise((resolve, reject) => {
      let isGone = false
      const leave = (why: unknown) => {
        isGone = true
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        if (why !== undefined) reject(why)
      }
      const onAbort = () => leave(signal.reason)
      const timer = setTimeout(() => leave(new Failure('LLM_BUSY')), patienceMs)
      if (signal.aborted) return onAbort()
      signal.addEventListener('abort', onAbort)
      waiters.push({
        isGone: () => isGone,
        give(held) {
          leave(undefined)
          resolve(held)
        },
      })
      if (!isAsking) void ask()
    })
  }

  return async (signal, use) => {
    const held = await take(signal)
    try {
      return await use()
    } finally {
      void release(held)
    }
  }
}
