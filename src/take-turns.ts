import { setImmediate as nextTurn } from 'node:timers/promises'

const longestTurnMs = 15

/**
 * A function to be called often in long work: once every 15 ms it lets whatever else waits have its turn, and throws
 * the signal's reason when that has fired. The heartbeat and the other jobs of the process depend on it.
 */
export function takeTurns(signal?: AbortSignal): () => Promise<void> | undefined {
  let sinceMs = performance.now()
  return () => {
    if (performance.now() - sinceMs < longestTurnMs) return undefined
    return nextTurn().then(() => {
      signal?.throwIfAborted()
      sinceMs = performance.now()
    })
  }
}
