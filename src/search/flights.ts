import { untilAborted } from '../until-aborted.ts'

/** A piece of work that several may wait for. Whoever has boarded must `land`, once. */
export type Flight<T> = {
  /** Its outcome; or the signal's reason, and then the work itself is given up if nobody else waits for it. */
  land(signal: AbortSignal): Promise<T>
}

type Work<T> = (keys: string[], signal: AbortSignal) => Promise<T>

/**
 * Lets those who want the same at the same time share the work for it. To board is to join the flights that are under
 * way for some of the keys, and to begin one, `own`, for the keys that nobody has asked for.
 */
export function createFlights<T>(): {
  board(keys: Iterable<string>, work: Work<T>): { own: Flight<T> | undefined; joined: Flight<T>[] }
} {
  const byKey = new Map<string, Flight<T> & { join(): void }>()

  function begin(keys: string[], work: Work<T>) {
    const abort = new AbortController()
    let waiting = 0
    let isOver = false
    const end = () => {
      isOver = true
      for (const key of keys) if (byKey.get(key) === flight) byKey.delete(key)
    }
    const outcome = work(keys, abort.signal).finally(end)
    outcome.catch(() => {}) // whoever waits is told; when nobody does any more, nobody is
    const flight = {
      join: () => void waiting++,
      async land(signal: AbortSignal): Promise<T> {
        try {
          return await untilAborted(outcome, signal)
        } finally {
          waiting--
          if (waiting === 0 && !isOver) {
            end()
            abort.abort(signal.reason)
          }
        }
      },
    }
    for (const key of keys) byKey.set(key, flight)
    return flight
  }

  return {
    board(keys, work) {
      const all = [...keys]
      const joined = [...new Set(all.flatMap((key) => byKey.get(key) ?? []))]
      const fresh = all.filter((key) => !byKey.has(key))
      const own = fresh.length > 0 ? begin(fresh, work) : undefined
      for (const flight of own ? [own, ...joined] : joined) flight.join()
      return { own, joined }
    },
  }
}
