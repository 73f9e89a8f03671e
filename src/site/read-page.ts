import { Failure } from '../errors.ts'
import { decodeHtml } from '../extract/decode-html.ts'
import { extractFacts, type PageFacts } from '../extract/extract-facts.ts'
import { extractPage, type PageExtract } from '../extract/extract-page.ts'
import type { FetchedPage, FetchPage } from './fetch-page.ts'
import { metaRefreshUrl } from './meta-refresh.ts'
import type { Robots } from './robots.ts'
import { isHtml, mayBeHtml } from './sniff-html.ts'

export type ReadPage = {
  url: string
  title: string | null
  description: string | null
  language: string | null
  /** At most 200,000 characters. */
  text: string
  facts: PageFacts
  /** Of the JSON-LD no more than 100,000 characters. */
  page: Pick<PageExtract, 'siteName' | 'jsonLd' | 'metadata' | 'canonical'>
  /** Of the decompressed body. */
  bytes: number
  /** ISO 8601. */
  fetchedAt: string
}

export type PageReading = {
  page: ReadPage
  links: PageExtract['links']
  /** What belongs to the page and stands elsewhere: frames, and where a refresh leads. */
  frames: string[]
}

export type ReadPageOptions = {
  signal: AbortSignal
  /** May refuse an address that the page redirects to by throwing. */
  onRedirect?: (url: string) => void
}

const maxTextLength = 200_000
const maxJsonLdLength = 100_000
const defaultRetryAfterMs = 60_000
/** However long a site asks for: a page that says "next year" must not hold a job for so long. */
const mostRetryAfterMs = 10 * 60_000

/**
 * Reads one page, if the robots.txt of every host on the way allows it.
 * @throws Failure `SITE_*`: `SITE_DISALLOWED` by robots.txt, `SITE_REFUSED` for 3xx and 4xx, `SITE_UNREACHABLE` for
 *   429 (with `retryAfterMs`) and 5xx, `SITE_NOT_HTML`, and all of the fetcher's.
 */
export async function readPage(
  { fetchPage, robots }: { fetchPage: FetchPage; robots: Robots },
  url: string,
  { signal, onRedirect }: ReadPageOptions,
): Promise<PageReading> {
  let isRedirect = false
  const answer = await fetchPage(url, {
    signal,
    onHeaders: refuseWhatIsNoPage,
    beforeRequest: async (next) => {
      if (isRedirect) onRedirect?.(next.href)
      isRedirect = true
      const rules = await robots.rulesFor(next.href, signal)
      if (rules.isAllowed(next.href)) return { delayMs: rules.crawlDelayMs }
      throw rules.failure ?? new Failure('SITE_DISALLOWED', `${next.host}${next.pathname}.`)
    },
  })
  const contentType = answer.headers['content-type']
  if (!isHtml(answer.body, contentType)) throw notHtml(answer.url, contentType)

  const { html } = decodeHtml(answer.body, contentType)
  const extract = extractPage(html, answer.url)
  const refresh = metaRefreshUrl(html, answer.url)
  return {
    page: {
      url: answer.url,
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
      bytes: answer.body.length,
      fetchedAt: new Date().toISOString(),
    },
    links: extract.links,
    frames: refresh ? [...extract.frames, refresh] : extract.frames,
  }
}

function firstOf(values: unknown[], maxLength: number): unknown[] {
  let left = maxLength
  return values.filter((value) => {
    left -= JSON.stringify(value).length
    return left >= 0
  })
}

function refuseWhatIsNoPage({ url, status, headers }: Pick<FetchedPage, 'url' | 'status' | 'headers'>) {
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

/** Milliseconds, from seconds or an HTTP date (RFC 9110, 10.2.3). */
function parseRetryAfter(value: string | undefined): number | undefined {
  if (!value) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
