/** n8n sends 40 requests at once and ignores Retry-After: whatever the rate, that many may come together. */
const leastBurst = 40
/** More buckets than keys there can be: full ones are forgotten, since a new one is full, too. */
const mostBuckets = 20_000

export type RateLimit = {
  /**
   * Takes one request of whoever has the id.
   * @returns in how many seconds the next one is allowed; 0: this one is.
   */
  take(id: string, perMinute: number): number
}

/**
 * A token bucket for each id, in this process: it fills evenly at the rate, and holds a minute's worth, or 40 if that is
 * more. So `perMinute` is what a process allows; several API processes together allow as many times that.
 * @param now in ms, never going back.
 */
export function createRateLimit(now: () => number = () => performance.now()): RateLimit {
  const buckets = new Map<string, { tokens: number; atMs: number; fullMs: number }>()
  return {
    take(id, perMinute) {
      const nowMs = now()
      const perMs = perMinute / 60_000
      const most = Math.max(perMinute, leastBurst)
      const { tokens: before, atMs } = buckets.get(id) ?? { tokens: most, atMs: nowMs }
      const tokens = Math.min(most, before + (nowMs - atMs) * perMs)
      const left = tokens >= 1 ? tokens - 1 : tokens
      if (!buckets.has(id) && buckets.size >= mostBuckets) forgetFull(nowMs)
      buckets.set(id, { tokens: left, atMs: nowMs, fullMs: nowMs + (most - left) / perMs })
      return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / perMs / 1000)
    },
  }

  function forgetFull(nowMs: number) {
    for (const [id, { fullMs }] of buckets) if (fullMs <= nowMs) buckets.delete(id)
  }
}
