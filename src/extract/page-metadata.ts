import { shownLine } from './fold-blanks.ts'
import type { Attributes } from './html-attributes.ts'
import { most } from './page-limits.ts'

// These describe who wrote or made something, in microdata.
const otherPeople = /(?:^|\s)(?:author|creator|contributor|review|reviews|provider|publisher|sponsor|performer)(?:\s|$)/

/** Collects what the `<meta>` elements of a page say, but for those that microdata puts under somebody else. */
export function metadataCollector() {
  const metadata = new Map<string, string>()
  /** How deep the element is that describes other people. */
  let othersDepth = 0

  return {
    metadata,
    beginElement(attributes: Attributes, depth: number): void {
      if (attributes.itemscope === undefined || othersDepth > 0) return
      if (otherPeople.test(attributes.itemprop ?? '')) othersDepth = depth
    },
    endElement(depth: number): void {
      if (othersDepth === depth) othersDepth = 0
    },
    read(attributes: Attributes): void {
      if (othersDepth > 0) return
      const key = (attributes.property ?? attributes.name ?? attributes.itemprop)?.trim().toLowerCase()
      if (!key || key.length > most.metadataLength || metadata.has(key) || metadata.size >= most.metadata) return
      const content = shownLine((attributes.content ?? '').slice(0, most.metadataLength))
      if (content) metadata.set(key, content)
    },
  }
}
