import { Failure } from '../errors.ts'
import { decodeHtml } from '../extract/decode-html.ts'
import { extractFacts, type PageFacts } from '../extract/extract-facts.ts'
import { extractPage, type PageExtract } from '../extract/extract-page.ts'
import { retryAfterMs } from '../retry-after.ts'
import type { ChooseLinks, Link } from './choose-links.ts'
import type { Cookies } from './fetch/cookies.ts'
import type { FetchedPage, FetchPage, Validators } from './fetch/fetch-page.ts'
import { looksLikeShell } from './looks-like-shell.ts'
import { headerRefreshUrl, metaRefreshUrl } from './meta-refresh.ts'
import { otherSite } from './other-site.ts'
import { isSameSite, pageKey } from './page-key.ts'
import { type Robots, robotsGate } from './robots.ts'
import type { Rendered, ShellRenderer } from './shell-renderer.ts'
import { isHtml, mayBeHtml } from './sniff-html.ts'
import { wholeWords } from './whole-words.ts'

export type ReadPage = Validators & {
  url: string
  title: string | null
  description: string | null
  language: string | null
  /** At most 200,000 characters. */
  text: string
  facts: PageFacts
  /** Of the JSON-LD no more than 100,000 characters. */
  page: Pick<PageExtract, 'siteName' | 'jsonLd' | 'metadata' | 'canonical'>
  /** The pages of the site that it leads to and that are worth reading, best first; at most 300. */
  links: Link[]
  /** What belongs to the page and stands elsewhere on the site: frames, and where a refresh leads; at most 20. */
  frames: string[]
  rendered: Rendered
  /** Set when the page is longer than is read (5 MB): it was read that far. */
  isCut?: true
  /** Of the decompressed body; 0 if the server said that the page is what it was. */
  bytes: number
  /** ISO 8601. */
  fetchedAt: string
}

/** A page as it was read before. With an ETag or a date, and its links, it need not be sent again. */
export type KnownPage = Pick<
  ReadPage,
  'url' | 'title' | 'description' | 'language' | 'text' | 'facts' | 'page' | 'fetchedAt'
> &
  Partial<Validators & Pick<ReadPage, 'links' | 'frames'>>

export type ReadPageOptions = {
  signal: AbortSignal
  /** May refuse an address that the page redirects to, by HTTP or by script, by throwing. */
  onRedirect?: ((url: string) => void) | undefined
  knownPage?: (url: string) => KnownPage | undefined
  mayPause?: (pauseMs: number) => boolean
  cookies?: Cookies
  /** It is a site's first page, of which much is forgiven. */
  isHome?: boolean
}

export type PageReader = { fetchPage: FetchPage; robots: Robots; renderShell: ShellRenderer; chooseLinks: ChooseLinks }

const maxTextLength = 200_000
const maxJsonLdLength = 100_000
const maxRenderedLength = 5 * 1024 * 1024
const maxLinks = 300
const maxFrames = 20
/** From one site to another by pages that only say where to go. */
const mostHops = 2
/** An error page has less text, and leads to fewer pages of its site. */
const fewestCharacters = 600
const fewestLinks = 3
const defaultRetryAfterMs = 60_000
/** However long a site asks for: a page that says "next year" must not hold a job for so long. */
const mostRetryAfterMs = 10 * 60_000

/**
 * Reads one page, if the robots.txt of every host on the way allows it; what is a shell, as a browser shows it; of what
 * is longer than the fetcher reads, the beginning. A page that only sends its readers to another site is a redirect.
 * @throws Failure `SITE_*`: `SITE_DISALLOWED` by robots.txt, `SITE_REFUSED` for 3xx and 4xx, `SITE_UNREACHABLE` for
 *   429 (with `retryAfterMs`) and 5xx, `SITE_NOT_HTML`, and all of the fetcher's.
 */
export async function readPage(
  reader: PageReader,
  url: string,
  options: ReadPageOptions,
  hopsLeft = mostHops,
): Promise<ReadPage> {
  const { fetchPage, robots, renderShell, chooseLinks } = reader
  const { signal, onRedirect, knownPage, mayPause, cookies, isHome = false } = options
  const unchanged = (each: string) => {
    const known = knownPage?.(each)
    return known?.links && (known.etag || known.lastModified) ? known : undefined
  }
  let isCut = false
  const answer = await fetchPage(url, {
    signal,
    onHeaders: (head) => refuseWhatIsNoPage(head, { isKnown: Boolean(unchanged(head.url)), isHome }),
    onTooLarge: () => {
      isCut = true
    },
    beforeRequest: robotsGate(robots, { signal, onRedirect }),
    validatorsOf: (each) => {
      const known = unchanged(each)
      return known && { etag: known.etag ?? null, lastModified: known.lastModified ?? null }
    },
    ...(mayPause && { mayPause }),
    ...(cookies && { cookies }),
  })
  if (answer.status === 304) return asItWas(unchanged(answer.url)!)

  const contentType = answer.headers['content-type']
  if (!isHtml(answer.body, contentType)) {
    throw answer.status < 400 ? notHtml(answer.url, contentType) : refused(answer)
  }
  const { html } = decodeHtml(isCut ? wholeWords(answer.body) : answer.body, contentType)
  const extract = extractPage(html, answer.url)
  if (answer.status >= 400 && !isWebsite(extract, chooseLinks)) throw refused(answer)
  const refresh = metaRefreshUrl(html, answer.url) ?? headerRefreshUrl(answer.headers.refresh, answer.url)
  const elsewhere = otherSite(html, extract, refresh)
  if (elsewhere && hopsLeft > 0) {
    onRedirect?.(elsewhere)
    return readPage(reader, elsewhere, options, hopsLeft - 1)
  }
  // What belongs to the page and stands elsewhere. What a browser shows of a page holds its frames already.
  const frames = refresh ? [...extract.frames, refresh] : extract.frames
  const asSent = { extract, frames, rendered: 'no' as Rendered, isCut }
  if (refresh || !looksLikeShell(html, extract)) return pageOf(answer, asSent, chooseLinks)

  // robots.txt rules which pages are opened, in frames and by scripts too; what else a browser loads for them it does not.
  const mayOpen = async (each: string) => (await robots.rulesFor(each, signal)).isAllowed(each)
  const outcome = await renderShell(answer.url, { signal, mayOpen })
  if (outcome.rendered !== 'yes') return pageOf(answer, { ...asSent, rendered: outcome.rendered }, chooseLinks)
  const { page } = outcome
  if (pageKey(page.url) !== pageKey(answer.url)) {
    onRedirect?.(page.url)
    await robotsGate(robots, { signal })(new URL(page.url))
  }
  const shown = extractPage(page.html.slice(0, maxRenderedLength), page.url)
  const asShown = { extract: shown, frames: [], rendered: 'yes' as Rendered }
  return pageOf(answer, { ...asShown, isCut: page.html.length >= maxRenderedLength }, chooseLinks)
}

function pageOf(
  { status, headers, body }: FetchedPage,
  { extract, frames, rendered, isCut }: { extract: PageExtract; frames: string[]; rendered: Rendered; isCut: boolean },
  chooseLinks: ChooseLinks,
): ReadPage {
  const { url } = extract
  // A shell may stay the same while what its scripts bring does not; and a 304 would not say that a page was cut.
  const isRepeatable = rendered === 'no' && !isCut && status < 400
  return {
    url,
    title: extract.title,
    description: extract.description,
    language: extract.language,
    // A cut may fall inside a character, and half of one is no text that a database takes.
    text: extract.text.slice(0, maxTextLength).toWellFormed(),
    facts: extractFacts(extract),
    page: {
      siteName: extract.siteName,
      jsonLd: firstOf(extract.jsonLd, maxJsonLdLength),
      metadata: extract.metadata,
      canonical: extract.canonical,
    },
    links: chooseLinks(extract.links, url)
      .slice(0, maxLinks)
      .map((link) => ({ url: link.url, text: link.text })),
    frames: frames.filter((frame) => isSameSite(frame, url)).slice(0, maxFrames),
    etag: isRepeatable ? validator(headers.etag) : null,
    lastModified: isRepeatable ? validator(headers['last-modified']) : null,
    rendered,
    ...(isCut && { isCut }),
    bytes: body.length,
    fetchedAt: new Date().toISOString(),
  }
}

function asItWas(known: KnownPage): ReadPage {
  const { etag = null, lastModified = null, links = [], frames = [] } = known
  const { url, title, description, language, text, facts, page } = known
  const read = { url, title, description, language, text, facts, page, etag, lastModified, links, frames }
  return { ...read, rendered: 'no', bytes: 0, fetchedAt: new Date().toISOString() }
}

/** It is sent back as a header, so it must be fit for one. */
const validator = (value: string | undefined) => (value && /^[\x20-\x7e]{1,300}$/.test(value) ? value : null)

function firstOf(values: unknown[], maxLength: number): unknown[] {
  let left = maxLength
  return values.filter((value) => {
    left -= JSON.stringify(value).length
    return left >= 0
  })
}

function refuseWhatIsNoPage(
  { url, status, headers }: Pick<FetchedPage, 'url' | 'status' | 'headers'>,
  { isKnown, isHome }: { isKnown: boolean; isHome: boolean },
): void {
  if (status === 304 && isKnown) return
  const detail = `${new URL(url).host} answered ${status}.`
  if (status === 429 || status >= 500) {
    const waitMs = retryAfterMs(headers['retry-after']) ?? (status === 429 ? defaultRetryAfterMs : undefined)
    throw new Failure(
      'SITE_UNREACHABLE',
      detail,
      waitMs === undefined ? {} : { retryAfterMs: Math.min(waitMs, mostRetryAfterMs) },
    )
  }
  const mayBeWebsite = status === 404 && isHome && new URL(url).pathname === '/'
  if (status >= 300 && !mayBeWebsite) throw refused({ url, status })
  if (!mayBeHtml(headers['content-type'])) throw notHtml(url, headers['content-type'])
}

/** Whether a first page that calls itself missing is the website all the same, as a misconfigured server sends it. */
const isWebsite = (extract: PageExtract, chooseLinks: ChooseLinks) =>
  extract.text.length >= fewestCharacters && chooseLinks(extract.links, extract.url).length >= fewestLinks

const refused = ({ url, status }: Pick<FetchedPage, 'url' | 'status'>) =>
  new Failure('SITE_REFUSED', `${new URL(url).host} answered ${status}.`)

const notHtml = (url: string, contentType = 'no content type') =>
  new Failure('SITE_NOT_HTML', `${new URL(url).host}: ${contentType}.`)
