export type HostLimit = {
  /**
   * Runs `task` when one of the host's places is free and its crawl delay has passed.
   * Rejects with the signal's reason if that comes first.
   */
  run<T>(host: string, options: RunOptions, task: () => Promise<T>): Promise<T>
  /** How many hosts are remembered: those with a request, a waiter, or a delay that still runs. */
  size(): number
}

export type RunOptions = {
  signal?: AbortSignal | undefined
  /** The least time between the starts of two requests to this host; at most `maxDelayMs` is honoured. */
  delayMs?: number | undefined
}

type Entry = {
  running: number
  /** What starts each of those who wait, first come first. */
  waiters: (() => void)[]
  delayMs: number
  nextStartAt: number
  timer?: NodeJS.Timeout | undefined
}

/**
 * Keeps a process polite: at most `perHost` requests at once to one host, `www.` or not.
 * An entry goes when its host is idle.
 */
export function createHostLimit({ perHost = 2, maxDelayMs = 5_000 } = {}): HostLimit {
  const entries = new Map<string, Entry>()

  const entryOf = (key: string): Entry => {
    const known = entries.get(key)
    if (known) return known
    const entry: Entry = { running: 0, waiters: [], delayMs: 0, nextStartAt: 0 }
    entries.set(key, entry)
    return entry
  }

  /** Starts whom it may, and comes back when the delay allows the next one, or to forget the host. */
  function advance(key: string, entry: Entry) {
    clearTimeout(entry.timer)
    while (entry.waiters.length > 0 && entry.running < perHost && waitMs(entry) <= 0) {
      entry.running += 1
      entry.nextStartAt = performance.now() + entry.delayMs
      entry.waiters.shift()!()
    }
    const isIdle = entry.running === 0 && entry.waiters.length === 0
    if (isIdle && waitMs(entry) <= 0) {
      entries.delete(key)
    } else if (isIdle || (entry.waiters.length > 0 && entry.running < perHost)) {
      entry.timer = setTimeout(() => advance(key, entry), Math.max(1, Math.ceil(waitMs(entry))))
      if (isIdle) entry.timer.unref()
    }
  }

  function place(key: string, entry: Entry, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((done, fail) => {
      const start = () => {
        signal?.removeEventListener('abort', giveUp)
        done()
      }
      const giveUp = () => {
        entry.waiters = entry.waiters.filter((waiter) => waiter !== start)
        advance(key, entry)
        fail(signal?.reason)
      }
      signal?.addEventListener('abort', giveUp, { once: true })
      entry.waiters.push(start)
      advance(key, entry)
    })
  }

  return {
    async run(host, { signal, delayMs }, task) {
      signal?.throwIfAborted()
      const key = keyOf(host)
      const entry = entryOf(key)
      if (delayMs !== undefined) entry.delayMs = Math.min(maxDelayMs, Math.max(0, delayMs))
      await place(key, entry, signal)
      try {
        return await task()
      } finally {
        entry.running -= 1
        advance(key, entry)
      }
    },
    size: () => entries.size,
  }
}

const waitMs = (entry: Entry) => entry.nextStartAt - performance.now()

const keyOf = (host: string) =>
  host
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^www\./, '')
