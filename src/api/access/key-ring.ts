import { timingSafeEqual } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { withPatience } from '../../db/patience.ts'
import { oneAtATime } from '../one-at-a-time.ts'
import { hashOf, isKey, prefixOf, type ValidKey } from './api-keys.ts'

/** Younger than this, what is known is used as it is; older, it is asked for again while it is still used. */
const freshMs = 2_000
/** Older than this, it is asked for before it is used: a revoked key stops within this time and one answer. */
const staleMs = 4_000
/** While the database is away, the keys known last go on for so long. */
const outageMs = 10 * 60_000
/** After an answer that did not come, so long nobody who has a known key waits for another. */
const restMs = 1_000
/** A flood of wrong keys becomes one statement in this time. */
const leastBetweenMs = 200
const patienceMs = { known: 1_000, unknown: 2_000, load: 5_000 }

export type KeyRing = {
  /**
   * The valid key that a text is; undefined when it is none.
   * @throws the error of the database, when the text looks like a key that is not known and the database cannot say more.
   */
  find(text: string): Promise<ValidKey | undefined>
  /**
   * Calls back once when the key is known to be revoked: within five seconds, but no sooner than the database answers.
   * Returns what forgets it. While anybody waits for it, the keys are asked for every two seconds.
   */
  onRevoked(key: ValidKey, callBack: () => void): () => void
}

/**
 * The keys in use, kept in the process as a whole: there are few, so a wrong key takes no memory, and a key is known
 * during an outage even if this process has not seen it before. A key that is not known is looked for in an answer that
 * was asked for after it came, so a new one is good at once.
 *
 * Keys are found by their public prefix and compared by their hashes in constant time.
 */
export function createKeyRing(
  load: () => Promise<readonly ValidKey[]>,
  now = () => performance.now(),
  { lookEveryMs = freshMs }: { lookEveryMs?: number } = {},
): KeyRing {
  let byPrefix = new Map<string, ValidKey[]>()
  let loadedMs = Number.NEGATIVE_INFINITY
  let askedMs = Number.NEGATIVE_INFINITY
  let failedMs = Number.NEGATIVE_INFINITY
  /** By the ids of keys. */
  const whenRevoked = new Map<string, Set<() => void>>()
  let isLooking = false

  const refresh = oneAtATime(async () => {
    const tooSoonMs = askedMs + leastBetweenMs - now()
    if (tooSoonMs > 0) await wait(tooSoonMs)
    askedMs = now()
    try {
      const keys = await withPatience(load(), patienceMs.load)
      byPrefix = Map.groupBy(keys, ({ prefix }) => prefix)
      loadedMs = askedMs
      tellRevoked(keys)
    } catch (error) {
      failedMs = now()
      throw error
    }
  })

  function tellRevoked(keys: readonly ValidKey[]) {
    const valid = new Set(keys.map(({ id }) => id))
    for (const [id, callBacks] of [...whenRevoked]) {
      if (valid.has(id)) continue
      whenRevoked.delete(id)
      for (const callBack of callBacks) callBack()
    }
  }

  async function keepLooking() {
    while (whenRevoked.size > 0) {
      await wait(lookEveryMs, undefined, { ref: false })
      if (whenRevoked.size > 0) await refresh().catch(() => {})
    }
    isLooking = false
  }

  const known = (text: string): ValidKey | undefined => {
    const hash = hashOf(text)
    return byPrefix.get(prefixOf(text))?.find((key) => timingSafeEqual(key.hash, hash))
  }

  return {
    async find(text) {
      if (!isKey(text)) return undefined
      const key = known(text)
      const ageMs = now() - loadedMs
      const isOutage = failedMs > loadedMs && now() - failedMs < restMs
      if (key && (ageMs < freshMs || (isOutage && ageMs < outageMs))) return key
      if (key && ageMs < staleMs) {
        refresh().catch(() => {})
        return key
      }
      try {
        await withPatience(refresh(), key ? patienceMs.known : patienceMs.unknown)
      } catch (error) {
        if (key && ageMs < outageMs) return key
        throw error
      }
      return known(text)
    },
    onRevoked({ id }, callBack) {
      const callBacks = whenRevoked.get(id) ?? new Set()
      whenRevoked.set(id, callBacks.add(callBack))
      if (!isLooking) {
        isLooking = true
        void keepLooking()
      }
      return () => {
        callBacks.delete(callBack)
        if (callBacks.size === 0 && whenRevoked.get(id) === callBacks) whenRevoked.delete(id)
      }
    },
  }
}
