import { Failure } from '../errors.ts'
import { createLinkChooser, type Link } from './choose-links.ts'
import { createCookies } from './fetch/cookies.ts'
import type { FetchPage } from './fetch/fetch-page.ts'
import { createFrontier } from './frontier.ts'
import { canonicalKey, createKeptPages } from './kept-pages.ts'
import { isSameSite, pageKey } from './page-key.ts'
import { PageSkipped, whySkipped } from './page-skipped.ts'
import { readHome } from './read-home.ts'
import { type KnownPage, type ReadPage, type ReadPageOptions, readPage } from './read-page.ts'
import { readSitemaps } from './read-sitemaps.ts'
import type { RenderPage } from './render-page.ts'
import type { Robots } from './robots.ts'
import { createShellRenderer } from './shell-renderer.ts'
import { notesOn, type SiteNote } from './site-notes.ts'

export type SiteReading = {
  startUrl: string
  /** Where the first page was found in the end. */
  homeUrl: string
  pages: ReadPage[]
  /** Pages that were tried; `code` is a failure's, or `DUPLICATE` or `OFF_SITE`. */
  skipped: { url: string; code: string; detail: string }[]
  /** `deadline` also if the site asked to be left alone for longer than there was time; `max_pages` also by `isEnough`. */
  endedBy: 'all_read' | 'max_pages' | 'deadline'
  notes: SiteNote[]
}

export type ReadSiteOptions = {
  maxPages: number
  /** For the whole site. What was read until then counts. */
  deadlineMs: number
  signal?: AbortSignal
  /** What was read of the site before: a page that has not changed since is taken from here. */
  known?: readonly KnownPage[]
  /** A reading that ended early: this one goes on from it, and asks for none of its pages again. */
  resumed?: Pick<SiteReading, 'pages' | 'skipped'>
  /** Asked after each page. Once it says so no other page is begun, and sitemaps are left alone as long as links do. */
  isEnough?: (reading: Pick<SiteReading, 'pages' | 'homeUrl'>) => boolean
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

export type SiteReaderOptions = {
  fetchPage: FetchPage
  robots: Robots
  /** For pages that say little without a browser; null if there is none. */
  render?: RenderPage | null
}

/** Where a page stands in the site: links from the first page, and frames that it stands within. */
type Place = { depth: number; frameDepth: number }

const pagesAtOnce = 2
/** A site of broken links is left after this many tries for each page wanted. */
const triesPerPage = 3
/** What a frameset shows stands in its frames. */
const frameScore = 1_000
const deepestFrame = 3
const linkDepthPenalty = 5
const deepestPenalized = 3
/** What no page links to counts a little less. */
const sitemapPenalty = 12
/** With fewer pages than these in sight, of those that are not news, /sitemap.xml is asked for. */
const fewPages = 4
const newsScore = -20
/** So many of the last pages go to where a company's number stands, if no page has shown one. */
const pagesForOwner = 2
/** A site that is still busy after so many pauses is left alone. */
const mostBusyAnswers = 3

export function createSiteReader({ fetchPage, robots, render = null }: SiteReaderOptions): SiteReader {
  async function readSite(
    startUrl: string,
    { maxPages, deadlineMs, signal, known = [], resumed, isEnough, onProgress }: ReadSiteOptions,
  ): Promise<SiteReading> {
    const deadline = AbortSignal.timeout(deadlineMs)
    const deadlineAt = performance.now() + deadlineMs
    const stop = signal ? AbortSignal.any([signal, deadline]) : deadline
    const chooseLinks = createLinkChooser()
    const reader = { fetchPage, robots, renderShell: createShellRenderer(render, maxPages), chooseLinks }
    const cookies = createCookies()
    const knownPages = new Map(known.map((page) => [page.url, page]))
    let busyAnswers = 0
    let isLeftAlone = false

    const read = (url: string, how: Pick<ReadPageOptions, 'isHome' | 'onRedirect'>) =>
      readPage(reader, url, {
        ...how,
        cookies,
        signal: stop,
        knownPage: (each) => knownPages.get(each),
        mayPause(pauseMs) {
          if (performance.now() + pauseMs < deadlineAt) return true
          isLeftAlone = true
          return false
        },
      })

    const [readBefore, ...readBeforeToo] = resumed?.pages ?? []
    const home =
      readBefore ??
      (await readHome(startUrl, (url) => read(url, { isHome: true }), stop).catch((error) => {
        signal?.throwIfAborted()
        if (error !== deadline.reason) throw error
        throw new Failure('SITE_UNREACHABLE', `No page came within ${deadlineMs} ms.`)
      }))

    const homeUrl = home.url
    const kept = createKeptPages(homeUrl)
    const skipped: SiteReading['skipped'] = [...(resumed?.skipped ?? [])]
    const frontier = createFrontier()
    const underWay = new Set<Promise<void>>()
    let visits = 0
    let triesLeft = maxPages * triesPerPage
    let framesLeft = Math.max(4, Math.floor(maxPages / 2))
    let isCutShort = false
    let hasAskedForSitemap = false
    let hasCnpj = false
    let hasEnough = false

    function keep(page: ReadPage, { depth, frameDepth }: Place) {
      const why = kept.keep(page)
      if (why) throw new PageSkipped('DUPLICATE', why)
      const canonical = canonicalKey(page, homeUrl)
      if (canonical !== pageKey(page.url)) frontier.mark(page.page.canonical!)
      hasCnpj ||= page.facts.cnpjs.length > 0

      const frames = frameDepth < deepestFrame ? page.frames.slice(0, framesLeft) : []
      framesLeft -= frames.length
      offer(frames.map(asLink), frameScore, { depth, frameDepth: frameDepth + 1 })
      // Links in a frame are the links of the page around it.
      offer(page.links, -linkDepthPenalty * Math.min(depth, deepestPenalized), { depth: depth + 1, frameDepth: 0 })
      const pagesPlanned = Math.min(maxPages, kept.pages.length + Math.max(0, visits - 1) + frontier.size())
      onProgress?.({ pagesRead: kept.pages.length, pagesPlanned, url: page.url })
      hasEnough ||= isEnough?.({ pages: [...kept.pages], homeUrl }) ?? false
    }

    function offer(links: Link[], bonus: number, place: Place) {
      frontier.offer(chooseLinks(links, homeUrl).map((link) => ({ ...link, ...place, score: link.score + bonus })))
    }

    async function visit(url: string, key: string, place: Place) {
      const onRedirect = (next: string) => {
        if (!isSameSite(next, homeUrl)) throw new PageSkipped('OFF_SITE', `It redirects to ${next}.`)
        if (pageKey(next) !== key && !frontier.mark(next))
          throw new PageSkipped('DUPLICATE', `It redirects to ${next}.`)
      }
      try {
        keep(await read(url, { onRedirect }), place)
      } catch (error) {
        signal?.throwIfAborted()
        if (deadline.aborted) {
          isCutShort = true
          return
        }
        skipped.push({ url, ...whySkipped(error) })
        if (error instanceof Failure && error.retryAfterMs !== undefined) busyAnswers += 1
      }
    }

    async function offerSitemaps(urls: string[]) {
      hasAskedForSitemap = true
      const listed = await readSitemaps(reader, urls, { homeUrl, signal: stop, cookies })
      if (stop.aborted) isCutShort = true
      offer(listed.map(asLink), -sitemapPenalty, { depth: 1, frameDepth: 0 })
    }

    function begin(work: Promise<void>) {
      const working: Promise<void> = work.finally(() => underWay.delete(working))
      underWay.add(working)
    }

    /** What to do next, if anything is to be done. */
    function beginNext(): boolean {
      const pagesLeft = maxPages - kept.pages.length - visits
      if (pagesLeft <= 0 || triesLeft <= 0 || hasEnough || stop.aborted || isLeftAlone) return false
      if (busyAnswers >= mostBusyAnswers) return false
      const isShortOfPages = kept.pages.length + visits + frontier.size(newsScore) < Math.min(fewPages, maxPages)
      if (!hasAskedForSitemap && visits === 0 && isShortOfPages && frontier.size(frameScore / 2) === 0) {
        begin(offerSitemaps(sitemaps.length > 0 ? sitemaps : [new URL('/sitemap.xml', homeUrl).href]))
        return true
      }
      const isOwnerSought = !hasCnpj && pagesLeft <= Math.min(pagesForOwner, Math.floor(maxPages / 3))
      const next = frontier.take((link) => isOwnerSought && link.mayNameOwner)
      if (!next) return false
      triesLeft -= 1
      visits += 1
      begin(visit(next.url, next.key, next).finally(() => (visits -= 1)))
      return true
    }

    frontier.mark(startUrl)
    frontier.mark(homeUrl)
    for (const { url } of [...readBeforeToo, ...skipped]) frontier.mark(url)
    keep(home, { depth: 0, frameDepth: 0 })
    for (const page of readBeforeToo) keep(page, { depth: 1, frameDepth: 0 })
    const { sitemaps } = await robots.rulesFor(homeUrl, stop).catch(() => ({ sitemaps: [] }))
    if (sitemaps.length > 0 && maxPages > 1 && !isEnough) begin(offerSitemaps(sitemaps))
    for (;;) {
      while (underWay.size < pagesAtOnce && beginNext());
      if (underWay.size === 0) break
      await Promise.race(underWay)
    }
    signal?.throwIfAborted()

    const isBusy = isLeftAlone || busyAnswers >= mostBusyAnswers
    const isAllRead = frontier.size() === 0 && !isCutShort && !isBusy && !hasEnough
    const endedBy = isAllRead ? 'all_read' : deadline.aborted || isBusy ? 'deadline' : 'max_pages'
    const pages = [...kept.pages]
    return { startUrl, homeUrl, pages, skipped, endedBy, notes: notesOn(pages, isBusy ? Math.max(1, busyAnswers) : 0) }
  }

  return { readSite }
}

const asLink = (url: string): Link => ({ url, text: '' })
