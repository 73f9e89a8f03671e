import type { Pool } from '../db/connect.ts'

const channel = 'sonda_due'
/**
 * At most one a kind and process in this time; a burst of requests costs one notification, not one each. Whoever comes
 * within it waits for its end: at 100 ms, requests 20 to 150 ms apart were begun after 40 ms (median), at 10 ms after 7.
 */
const quietMs = 10

export type Hints = {
  /** Tells the workers of a kind that there is something to claim. Never waits and never throws: it is only a hint. */
  send(kind: string): void
  /** Calls back whenever any process sends a hint for the kind. Through a transaction pooler it never does. */
  listen(kind: string, onHint: () => void): Promise<{ stop(): Promise<void> }>
}

/**
 * NOTIFY makes the start of work immediate; polling makes it certain. Hints are sent outside the inserting transaction:
 * NOTIFY inside one takes a lock on the whole database at commit.
 */
export function createHints(pool: Pool, isPooled: boolean): Hints {
  const last = new Map<string, number>()
  const waiting = new Set<string>()
  const notify = (kind: string) => {
    last.set(kind, Date.now())
    pool.notify(channel, kind).catch(() => {})
  }
  return {
    send(kind) {
      if (waiting.has(kind)) return
      const sinceMs = Date.now() - (last.get(kind) ?? 0)
      if (sinceMs >= quietMs) return notify(kind)
      waiting.add(kind)
      setTimeout(() => {
        waiting.delete(kind)
        notify(kind)
      }, quietMs - sinceMs).unref()
    },
    async listen(kind, onHint) {
      if (isPooled) return { stop: async () => {} }
      const { unlisten } = await pool.listen(
        channel,
        (told) => {
          if (told === kind) onHint()
        },
        onHint,
      )
      return { stop: async () => void (await unlisten().catch(() => {})) }
    },
  }
}
