import { createHash } from 'node:crypto'
import { Failure } from '../errors.ts'
import { chooseLinks } from './choose-links.ts'
import type { FetchPage } from './fetch-page.ts'
import { createFrontier } from './frontier.ts'
import { isSameSite, pageKey } from './page-key.ts'
import { readHome } from './read-home.ts'
import { type PageReading, type ReadPage, readPage } from './read-page.ts'
import type { Robots } from './robots.ts'

export type SiteReading = {
  startUrl: string
  /** Where the first page was found in the end. */
  homeUrl: string
  pages: ReadPage[]
  /** Pages that were tried; `code` is a failure's, or `DUPLICATE` or `OFF_SITE`. */
  skipped: { url: string; code: string; detail: string }[]
  endedBy: 'all_read' | 'max_pages' | 'deadline'
}

export type ReadSiteOptions = {
  maxPages: number
  /** For the whole site. What was read until then counts. */
  deadlineMs: number
  signal?: AbortSignal
  onProgress?: (progress: { pagesRead: number; pagesPlanned: number; url: string }) => void
}

export type SiteReader = {
  /**
   * Reads a site from its first page on, best links first, two at once, until all is read, or `maxPages`, or the
   * deadline.
   * @throws Failure of the first page, also if the deadline comes before it; later pages' failures are in `skipped`.
   *   The signal's reason, as it is.
   */
  readSite(startUrl: string, options: ReadSiteOptions): Promise<SiteReading>
}

/** A page that was tried and is no news: not a failure. */
class PageSkipped extends Error {
  readonly code: string
  constructor(code: string, detail: string) {
    super(detail)
    this.code = code
  }
}

const pagesAtOnce = 2
/** A site of broken links is left after this many tries for each page wanted. */
const triesPerPage = 3
/** What a frameset shows stands in its frames. */
const frameScore = 1_000
const linkDepthPenalty = 5
// Shorter texts are alike by chance: "Em construção".
const minDuplicateLength = 200

export function createSiteReader(reader: { fetchPage: FetchPage; robots: Robots }): SiteReader {
  async function readSite(
    startUrl: string,
    { maxPages, deadlineMs, signal, onProgress }: ReadSiteOptions,
  ): Promise<SiteReading> {
    const deadline = AbortSignal.timeout(deadlineMs)
    const stop = signal ? AbortSignal.any([signal, deadline]) : deadline
    const home = await readHome(startUrl, (url) => readPage(reader, url, { signal: stop })).catch((error) => {
      signal?.throwIfAborted()
      if (!(error instanceof Failure) && deadline.aborted) {
        throw new Failure('SITE_UNREACHABLE', `No page came within ${deadlineMs} ms.`)
      }
      throw error
    })

    const homeUrl = home.page.url
    const pages: ReadPage[] = []
    const skipped: SiteReading['skipped'] = []
    const frontier = createFrontier()
    const digests = new Set<string>()
    const underWay = new Set<Promise<void>>()
    let triesLeft = maxPages * triesPerPage
    let isCutShort = false

    function keep({ page, links, frames }: PageReading, depth: number) {
      const digest = createHash('sha1').update(page.text).digest('base64')
      if (page.text.length >= minDuplicateLength && digests.has(digest)) {
        throw new PageSkipped('DUPLICATE', 'It has the text of another page.')
      }
      digests.add(digest)
      pages.push(page)
      offer(
        frames.map((url) => ({ url, text: '' })),
        frameScore,
      )
      offer(links, -linkDepthPenalty * depth)
      const pagesPlanned = Math.min(maxPages, pages.length + Math.max(0, underWay.size - 1) + frontier.size())
      onProgress?.({ pagesRead: pages.length, pagesPlanned, url: page.url })
    }

    function offer(links: PageReading['links'], bonus: number) {
      frontier.offer(chooseLinks(links, homeUrl).map((link) => ({ ...link, score: link.score + bonus })))
    }

    async function visit(url: string, key: string) {
      const onRedirect = (next: string) => {
        if (!isSameSite(next, homeUrl)) throw new PageSkipped('OFF_SITE', `It redirects to ${next}.`)
        if (pageKey(next) !== key && !frontier.mark(next))
          throw new PageSkipped('DUPLICATE', `It redirects to ${next}.`)
      }
      try {
        keep(await readPage(reader, url, { signal: stop, onRedirect }), 1)
      } catch (error) {
        signal?.throwIfAborted()
        if (deadline.aborted) isCutShort = true
        else skipped.push({ url, ...describe(error) })
      }
    }

    frontier.mark(startUrl)
    frontier.mark(homeUrl)
    keep(home, 0)
    for (;;) {
      while (underWay.size < pagesAtOnce && pages.length + underWay.size < maxPages && triesLeft > 0 && !stop.aborted) {
        const next = frontier.take()
        if (!next) break
        triesLeft -= 1
        const visiting: Promise<void> = visit(next.url, next.key).finally(() => underWay.delete(visiting))
        underWay.add(visiting)
      }
      if (underWay.size === 0) break
      await Promise.race(underWay)
    }
    signal?.throwIfAborted()

    const isAllRead = frontier.size() === 0 && !isCutShort
    const endedBy = isAllRead ? 'all_read' : deadline.aborted ? 'deadline' : 'max_pages'
    return { startUrl, homeUrl, pages, skipped, endedBy }
  }

  return { readSite }
}

function describe(error: unknown): { code: string; detail: string } {
  if (error instanceof Failure || error instanceof PageSkipped) return { code: error.code, detail: error.message }
  return { code: 'INTERNAL', detail: `Reading the page failed (${error instanceof Error ? error.name : 'unknown'}).` }
}
