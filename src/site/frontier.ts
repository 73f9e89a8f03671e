import type { ChosenLink } from './choose-links.ts'
import { pageKey } from './page-key.ts'

/** The pages of one site that may be read next. A page enters once, by its `pageKey`. */
export type Frontier = {
  offer(links: ChosenLink[]): void
  /** Takes the best; of equals, the one that came first. */
  take(): ChosenLink | undefined
  /** Marks an address as read. False if it, or another address of the page, was taken or marked before. */
  mark(url: string): boolean
  size(): number
}

// A page may hold a hundred thousand links; what lies past these would never be read.
const maxWaiting = 1_000

export function createFrontier(): Frontier {
  const waiting = new Map<string, ChosenLink>()
  const seen = new Set<string>()
  return {
    offer(links) {
      for (const link of links) {
        const known = waiting.get(link.key)
        if (known ? known.score >= link.score : seen.has(link.key) || waiting.size >= maxWaiting) continue
        waiting.set(link.key, link)
      }
    },
    take() {
      let best: ChosenLink | undefined
      for (const link of waiting.values()) if (!best || link.score > best.score) best = link
      if (!best) return undefined
      waiting.delete(best.key)
      seen.add(best.key)
      return best
    },
    mark(url) {
      const key = pageKey(url)
      waiting.delete(key)
      if (seen.has(key)) return false
      seen.add(key)
      return true
    },
    size: () => waiting.size,
  }
}
