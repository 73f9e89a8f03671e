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
}

/**
 * The keys in use, kept in the process as a whole: there are few, so a wrong key takes no memory, and a key is known
 * during an outage even if this process has not seen it before. A key that is not known is looked for in an answer that
 * was asked for after it came, so a new one is good at once.
 *
 * Keys are found by their public prefix and compared by their hashes in constant time.
 */
export function createKeyRing(load: () => Promise<readonly ValidKey[]>, now = () => performance.now()): KeyRing {
  let byPrefix = new Map<string, ValidKey[]>()
  let loadedMs = Number.NEGATIVE_INFINITY
  let askedMs = Number.NEGATIVE_INFINITY
  let failedMs = Number.NEGATIVE_INFINITY

  const refresh = oneAtATime(async () => {
    const tooSoonMs = askedMs + leastBetweenMs - now()
    if (tooSoonMs > 0) await wait(tooSoonMs)
    askedMs = now()
    try {
      const keys = await withPatience(load(), patienceMs.load)
      byPrefix = Map.groupBy(keys, ({ prefix }) => prefix)
      loadedMs = askedMs
    } catch (error) {
      failedMs = now()
      throw error
    }
  })

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
  }
}
