import { setImmediate as nextTurn } from 'node:timers/promises'

/** Long work shares the event loop with every other request; this is how long one of them may have to wait for it. */
const turnMs = 3

/** A function to await between small pieces of work: it lets others have their turn when this one's is over. */
export function shortTurns(): () => Promise<void> | undefined {
  let sinceMs = performance.now()
  return () => {
    if (performance.now() - sinceMs < turnMs) return undefined
    return nextTurn().then(() => {
      sinceMs = performance.now()
    })
  }
}
