export type HostLimit = {
  /**
   * Runs `task` when one of the host's places is free and its crawl delay and its pause have passed.
   * Rejects with the signal's reason if that comes first.
   */
  run<T>(host: string, options: RunOptions, task: () => Promise<T>): Promise<T>
  /**
   * The host has said that it is asked too much (429, 503): nothing is begun for `retryAfterMs`, or for a time that
   * doubles with each refusal if it did not say how long, and then one request at a time for ten minutes.
   * Answers with the pause that the host wants; of a longer one than a minute, a minute is kept here.
   */
  slowDown(host: string, retryAfterMs?: number): number
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
  /** How often in a row the host has refused, and until when it is asked one at a time. */
  refusals: number
  slowUntil: number
  timer?: NodeJS.Timeout | undefined
}

const longestBackoffMs = 30_000
/** Who waits for the host has a deadline of its own; who asks anew may find that the host has recovered. */
const longestPauseMs = 60_000

/**
 * Keeps a process polite: at most `perHost` requests at once to one host, `www.` or not.
 * An entry goes when its host is idle.
 */
export function createHostLimit({
  perHost = 2,
  maxDelayMs = 5_000,
  firstBackoffMs = 2_000,
  slowForMs = 10 * 60_000,
} = {}): HostLimit {
  const entries = new Map<string, Entry>()

  const entryOf = (key: string): Entry => {
    const known = entries.get(key)
    if (known) return known
    const entry: Entry = { running: 0, waiters: [], delayMs: 0, nextStartAt: 0, refusals: 0, slowUntil: 0 }
    entries.set(key, entry)
    return entry
  }

  const hasPlace = (entry: Entry) => entry.running < (msUntil(entry.slowUntil) > 0 ? 1 : perHost)

  /** Starts whom it may, and comes back when the delay allows the next one, or to forget the host. */
  function advance(key: string, entry: Entry) {
    clearTimeout(entry.timer)
    while (entry.waiters.length > 0 && hasPlace(entry) && msUntil(entry.nextStartAt) <= 0) {
      entry.running += 1
      entry.nextStartAt = performance.now() + entry.delayMs
      entry.waiters.shift()!()
    }
    const isIdle = entry.running === 0 && entry.waiters.length === 0
    const waitMs = msUntil(isIdle ? Math.max(entry.nextStartAt, entry.slowUntil) : entry.nextStartAt)
    if (isIdle && waitMs <= 0) {
      entries.delete(key)
    } else if (isIdle || (entry.waiters.length > 0 && hasPlace(entry))) {
      entry.timer = setTimeout(() => advance(key, entry), Math.max(1, Math.ceil(waitMs)))
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
    slowDown(host, retryAfterMs) {
      const key = keyOf(host)
      const entry = entryOf(key)
      // Two requests that were under way together are refused together: that is one refusal.
      const isNew = msUntil(entry.nextStartAt) <= 0 || entry.refusals === 0
      if (isNew) entry.refusals += 1
      const pauseMs = retryAfterMs ?? Math.min(longestBackoffMs, firstBackoffMs * 2 ** (entry.refusals - 1))
      const now = performance.now()
      entry.nextStartAt = Math.max(entry.nextStartAt, now + Math.min(pauseMs, longestPauseMs))
      entry.slowUntil = now + slowForMs
      advance(key, entry)
      return pauseMs
    },
    size: () => entries.size,
  }
}

const msUntil = (at: number) => at - performance.now()

const keyOf = (host: string) =>
  host
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^www\./, '')
