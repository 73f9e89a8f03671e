import { setImmediate as nextTurn } from 'node:timers/promises'

/** What the heartbeat and the other jobs of a worker can wait for. */
const workersTurnMs = 15

/**
 * A function to be called often in long work: once every `longestMs` it lets whatever else waits have its turn, and
 * throws the signal's reason when that has fired.
 */
export function takeTurns(signal?: AbortSignal, longestMs = workersTurnMs): () => Promise<void> | undefined {
  let sinceMs = performance.now()
  return () => {
    if (performance.now() - sinceMs < longestMs) return undefined
    return nextTurn().then(() => {
      signal?.throwIfAborted()
      sinceMs = performance.now()
    })
  }
}
