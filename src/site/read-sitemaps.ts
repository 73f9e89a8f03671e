import { Failure } from '../errors.ts'
import type { Cookies } from './fetch/cookies.ts'
import type { FetchPage } from './fetch/fetch-page.ts'
import { readBody } from './fetch/read-body.ts'
import { isSameSite } from './page-key.ts'
import { parseSitemap } from './parse-sitemap.ts'
import { type Robots, robotsGate } from './robots.ts'

const maxFiles = 5
/** An index may name indexes; those name sitemaps. */
const maxLevel = 2
/** Of a longer file, the beginning: some 8,000 addresses. */
const maxFileBytes = 1024 * 1024
const maxUrls = 2_000
const fetchTimeoutMs = 10_000

// An index of WordPress names its files so; pages say who a company is, the others what it wrote and sells.
const ofPages = /(page|pagina|institucional|static)/i
const ofTheRest = /(post|product|produto|blog|news|noticia|artigo|tag|categor|author|autor|image|video|attachment)/i
const rank = (url: string) => (ofPages.test(url) ? 0 : ofTheRest.test(url) ? 2 : 1)

/**
 * The addresses of pages that a site's sitemaps list: of at most five files, those of an index included, in XML or
 * gzipped. Only files of `homeUrl`'s site are asked for, and only what robots.txt allows; one that fails is passed
 * over. Ends early, with what there is, when the signal aborts.
 */
export async function readSitemaps(
  { fetchPage, robots }: { fetchPage: FetchPage; robots: Robots },
  sitemapUrls: readonly string[],
  { homeUrl, signal, cookies }: { homeUrl: string; signal: AbortSignal; cookies: Cookies },
): Promise<string[]> {
  const found = new Set<string>()
  const asked = new Set<string>()
  const waiting = sitemapUrls.map((url) => ({ url, level: 0 }))

  async function read(url: string): Promise<string> {
    const onRedirect = (next: string) => {
      if (!isSameSite(next, homeUrl)) throw new Failure('SITE_REFUSED', 'The sitemap lies on another site.')
    }
    const { status, body } = await fetchPage(url, {
      signal,
      cookies,
      accept: 'application/xml,text/xml;q=0.9,*/*;q=0.5',
      maxBytes: maxFileBytes,
      onTooLarge: 'truncate',
      timeoutMs: fetchTimeoutMs,
      beforeRequest: robotsGate(robots, { signal, onRedirect }),
    })
    if (status !== 200) return ''
    const isGzip = body[0] === 0x1f && body[1] === 0x8b
    const limit = { maxBytes: maxFileBytes, onTooLarge: 'truncate' } as const
    return new TextDecoder().decode(isGzip ? await readBody(asStream(body), 'gzip', homeUrl, limit) : body)
  }

  while (asked.size < maxFiles && found.size < maxUrls && !signal.aborted) {
    const next = waiting.shift()
    if (!next) break
    if (asked.has(next.url) || !isSameSite(next.url, homeUrl)) continue
    asked.add(next.url)
    const xml = await read(next.url).catch((error) => {
      if (error instanceof Failure || signal.aborted) return ''
      throw error
    })
    const { pages, sitemaps } = parseSitemap(xml, { maxUrls: maxUrls - found.size })
    // They are to be absolute; some are not.
    for (const url of pages.map(absolute(next.url))) if (isSameSite(url, homeUrl)) found.add(url)
    if (next.level >= maxLevel) continue
    waiting.unshift(
      ...sitemaps
        .map(absolute(next.url))
        .sort((one, other) => rank(one) - rank(other))
        .map((url) => ({ url, level: next.level + 1 })),
    )
  }
  return [...found]
}

const absolute = (base: string) => (url: string) => URL.parse(url, base)?.href ?? url

async function* asStream(body: Uint8Array) {
  yield body
}
