import type { PageExtract } from '../extract/extract-page.ts'
import { isSameSite } from './page-key.ts'

/** A page with more text than this has something of its own to say. */
const littleText = 600
const maxHeadLength = 300_000

/**
 * The other site that a page sends its readers to without a word of its own: by its `refresh`, or in a frameset whose one
 * frame is that site, which is how registrars show a site under a second domain.
 */
export function otherSite(
  html: string,
  { url, text, frames }: PageExtract,
  refresh: string | undefined,
): string | undefined {
  if (text.length >= littleText) return undefined
  const [frame, ...others] = frames
  const isMask = others.length === 0 && /<frameset\b/i.test(html.slice(0, maxHeadLength))
  const target = refresh ?? (isMask ? frame : undefined)
  return target && /^https?:/.test(target) && !isSameSite(target, url) ? target : undefined
}
