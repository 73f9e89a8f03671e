/**
 * Hands out `most` places, in the order in which they were asked for; nobody is let in while `mayEnter` says no.
 * @returns `take` resolves with the function that gives the place back, which is also when `mayEnter` is asked anew;
 *   it rejects with the signal's reason.
 */
export function createTurns(most: number, mayEnter: (taken: number) => boolean) {
  const waiting: { enter(): void }[] = []
  let taken = 0
  const admit = () => {
    while (waiting.length > 0 && taken < most && mayEnter(taken)) {
      taken++
      waiting.shift()!.enter()
    }
  }
  return {
    admit,
    take: (signal: AbortSignal) =>
      new Promise<() => void>((done, fail) => {
        signal.throwIfAborted()
        const onAbort = () => {
          waiting.splice(waiting.indexOf(waiter), 1)
          fail(signal.reason)
        }
        const waiter = {
          enter() {
            signal.removeEventListener('abort', onAbort)
            done(() => {
              taken--
              admit()
            })
          },
        }
        signal.addEventListener('abort', onAbort, { once: true })
        waiting.push(waiter)
        admit()
      }),
  }
}
