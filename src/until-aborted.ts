/** Settles as `promise` does, or rejects with the signal's reason if that comes first; the promise then goes on alone. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((done, fail) => {
    const onAbort = () => fail(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(done, fail).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
