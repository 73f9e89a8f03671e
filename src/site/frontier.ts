import type { ChosenLink } from './choose-links.ts'
import { pageKey } from './page-key.ts'

/** A link, and how it was come by. */
export type Waiting = ChosenLink & {
  /** How many links lie between it and the first page. */
  depth: number
  /** How many frames it stands within. */
  frameDepth: number
}

/** The pages of one site that may be read next. A page enters once, by its `pageKey`. */
export type Frontier = {
  offer(links: Waiting[]): void
  /**
   * Takes the best, or the best of those that are preferred if there are any; of equals, the one that came first. Each
   * page taken from a folder makes its others count a little less: the fifth product says less than the first contact.
   */
  take(isPreferred?: (link: Waiting) => boolean): Waiting | undefined
  /** Marks an address as read. False if it, or another address of the page, was taken or marked before. */
  mark(url: string): boolean
  /** How many wait, of at least this score. */
  size(minScore?: number): number
}

// A page may hold a hundred thousand links; what lies past these would never be read.
const maxWaiting = 1_000
const siblingPenalty = 4

export function createFrontier(): Frontier {
  const waiting = new Map<string, Waiting>()
  const seen = new Set<string>()
  const takenFrom = new Map<string, number>()

  const takenBeside = ({ key }: Waiting) => takenFrom.get(folderOf(key) ?? '') ?? 0

  /** The worst go: a page found late may still be better than a thousand found at once. */
  function trim() {
    if (waiting.size <= maxWaiting) return
    const best = [...waiting.values()].sort((one, other) => other.score - one.score)
    for (const link of best.slice(maxWaiting)) waiting.delete(link.key)
  }

  return {
    offer(links) {
      for (const link of links) {
        const known = waiting.get(link.key)
        if (known ? known.score < link.score : !seen.has(link.key)) waiting.set(link.key, link)
      }
      trim()
    },
    take(isPreferred = () => false) {
      let best: Waiting | undefined
      let preferred: Waiting | undefined
      const worth = (link: Waiting) => link.score - siblingPenalty * takenBeside(link)
      for (const link of waiting.values()) {
        if (!best || worth(link) > worth(best)) best = link
        if (isPreferred(link) && (!preferred || worth(link) > worth(preferred))) preferred = link
      }
      const taken = preferred ?? best
      if (!taken) return undefined
      waiting.delete(taken.key)
      seen.add(taken.key)
      const folder = folderOf(taken.key)
      if (folder) takenFrom.set(folder, (takenFrom.get(folder) ?? 0) + 1)
      return taken
    },
    mark(url) {
      const key = pageKey(url)
      waiting.delete(key)
      if (seen.has(key)) return false
      seen.add(key)
      return true
    },
    size: (minScore = Number.NEGATIVE_INFINITY) => {
      let count = 0
      for (const { score } of waiting.values()) if (score >= minScore) count += 1
      return count
    },
  }
}

/** What a page's key begins with, of one that is not alone there: `shop.com.br/produtos/`, `shop.com.br/item.php?`. */
function folderOf(key: string): string | undefined {
  const parameters = key.indexOf('?')
  if (parameters >= 0) return key.slice(0, parameters + 1)
  const folder = key.slice(0, key.lastIndexOf('/') + 1)
  return folder.indexOf('/') < folder.length - 1 ? folder : undefined
}
