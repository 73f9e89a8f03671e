import type { ReadPage } from './read-page.ts'

/**
 * What whoever reads the result should know of how it came about; `pages` is how many pages it is about. `BROWSER_*`:
 * they say little without their scripts, and were read without. `PAGE_CUT`: they are longer than is read. `SITE_BUSY`:
 * they were answered with 429 or 503.
 */
export type SiteNote = { code: 'BROWSER_UNAVAILABLE' | 'BROWSER_FAILED' | 'PAGE_CUT' | 'SITE_BUSY'; pages: number }

/** The notes on a reading, of which `busyPages` were refused. */
export function notesOn(pages: readonly ReadPage[], busyPages: number): SiteNote[] {
  const count = (outcome: ReadPage['rendered']) => pages.filter(({ rendered }) => rendered === outcome).length
  const notes: SiteNote[] = [
    { code: 'BROWSER_UNAVAILABLE', pages: count('unavailable') },
    { code: 'BROWSER_FAILED', pages: count('failed') },
    { code: 'PAGE_CUT', pages: pages.filter(({ isCut }) => isCut).length },
    { code: 'SITE_BUSY', pages: busyPages },
  ]
  return notes.filter((note) => note.pages > 0)
}
