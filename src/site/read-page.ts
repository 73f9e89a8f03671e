import { Failure } from '../errors.ts'
import { decodeHtml } from '../extract/decode-html.ts'
import { extractFacts, type PageFacts } from '../extract/extract-facts.ts'
import { extractPage, type PageExtract } from '../extract/extract-page.ts'
import type { ChooseLinks, Link } from './choose-links.ts'
import type { FetchedPage, FetchPage, Validators } from './fetch-page.ts'
import { looksLikeShell } from './looks-like-shell.ts'
import { metaRefreshUrl } from './meta-refresh.ts'
import { isSameSite, pageKey } from './page-key.ts'
import { parseRetryAfter } from './retry-after.ts'
import { type Robots, robotsGate } from './robots.ts'
import type { Rendered, ShellRenderer } from './shell-renderer.ts'
import { isHtml, mayBeHtml } from './sniff-html.ts'

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
}

export type PageReader = { fetchPage: FetchPage; robots: Robots; renderShell: ShellRenderer; chooseLinks: ChooseLinks }

const maxTextLength = 200_000
const maxJsonLdLength = 100_000
const maxRenderedLength = 5 * 1024 * 1024
const maxLinks = 300
const maxFrames = 20
const defaultRetryAfterMs = 60_000
/** However long a site asks for: a page that says "next year" must not hold a job for so long. */
const mostRetryAfterMs = 10 * 60_000

/**
 * Reads one page, if the robots.txt of every host on the way allows it; what is a shell, as a browser shows it.
 * @throws Failure `SITE_*`: `SITE_DISALLOWED` by robots.txt, `SITE_REFUSED` for 3xx and 4xx, `SITE_UNREACHABLE` for
 *   429 (with `retryAfterMs`) and 5xx, `SITE_NOT_HTML`, and all of the fetcher's.
 */
export async function readPage(
  { fetchPage, robots, renderShell, chooseLinks }: PageReader,
  url: string,
  { signal, onRedirect, knownPage, mayPause }: ReadPageOptions,
): Promise<ReadPage> {
  const unchanged = (each: string) => {
    const known = knownPage?.(each)
    return known?.links && (known.etag || known.lastModified) ? known : undefined
  }
  const answer = await fetchPage(url, {
    signal,
    onHeaders: (head) => refuseWhatIsNoPage(head, Boolean(unchanged(head.url))),
    beforeRequest: robotsGate(robots, { signal, onRedirect }),
    validatorsOf: (each) => {
      const known = unchanged(each)
      return known && { etag: known.etag ?? null, lastModified: known.lastModified ?? null }
    },
    ...(mayPause && { mayPause }),
  })
  if (answer.status === 304) return asItWas(unchanged(answer.url)!)

  const contentType = answer.headers['content-type']
  if (!isHtml(answer.body, contentType)) throw notHtml(answer.url, contentType)
  const { html } = decodeHtml(answer.body, contentType)
  const extract = extractPage(html, answer.url)
  const refresh = metaRefreshUrl(html, answer.url)
  // What belongs to the page and stands elsewhere. What a browser shows of a page holds its frames already.
  const frames = refresh ? [...extract.frames, refresh] : extract.frames
  const asSent = { extract, frames, rendered: 'no' as Rendered }
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
  return pageOf(answer, { extract: shown, frames: [], rendered: 'yes' }, chooseLinks)
}

function pageOf(
  { headers, body }: FetchedPage,
  { extract, frames, rendered }: { extract: PageExtract; frames: string[]; rendered: Rendered },
  chooseLinks: ChooseLinks,
): ReadPage {
  const { url } = extract
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
    // A shell may stay the same while what its scripts bring does not.
    etag: rendered === 'no' ? validator(headers.etag) : null,
    lastModified: rendered === 'no' ? validator(headers['last-modified']) : null,
    rendered,
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
  isKnown: boolean,
): void {
  if (status === 304 && isKnown) return
  const detail = `${new URL(url).host} answered ${status}.`
  if (status === 429 || status >= 500) {
    const retryAfterMs = parseRetryAfter(headers['retry-after']) ?? (status === 429 ? defaultRetryAfterMs : undefined)
    throw new Failure(
      'SITE_UNREACHABLE',
      detail,
      retryAfterMs === undefined ? {} : { retryAfterMs: Math.min(retryAfterMs, mostRetryAfterMs) },
    )
  }
  if (status >= 300) throw new Failure('SITE_REFUSED', detail)
  if (!mayBeHtml(headers['content-type'])) throw notHtml(url, headers['content-type'])
}

const notHtml = (url: string, contentType = 'no content type') =>
  new Failure('SITE_NOT_HTML', `${new URL(url).host}: ${contentType}.`)
