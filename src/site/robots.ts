import robotsParserModule from 'robots-parser'
import { Failure, failureCodeOf } from '../errors.ts'
import { untilAborted } from '../until-aborted.ts'
import type { FetchedPage, FetchPage } from './fetch/fetch-page.ts'

export type RobotsRules = {
  isAllowed(url: string): boolean
  /** 0 if none is asked for. */
  crawlDelayMs: number
  sitemaps: string[]
  /** Why nothing is allowed when the host's robots.txt could not be read. */
  failure?: Failure
}

export type Robots = {
  /** The rules of the URL's origin. Rejects only with the signal's reason. */
  rulesFor(url: string, signal?: AbortSignal): Promise<RobotsRules>
}

export type RobotsOptions = {
  fetchPage: FetchPage
  /** The product token that robots.txt calls us by, not the whole user agent. */
  userAgentToken: string
  cache?: { maxOrigins?: number; maxBytes?: number; maxAgeMs?: number; maxFailureAgeMs?: number; now?: () => number }
}

type Cached = { rules: RobotsRules; bytes: number; expiresAt: number }

// The package is CommonJS, whose types promise a default export that the module itself is.
const parseRobots = robotsParserModule as unknown as (url: string, text: string) => ParsedRobots
type ParsedRobots = {
  isAllowed(url: string, token: string): boolean | undefined
  getCrawlDelay(token: string): number | undefined
  getSitemaps(): string[]
}

const maxFileBytes = 500 * 1024
const fetchTimeoutMs = 10_000
// A rule with a wildcard is matched in (rule length × address length) steps; these bound the whole file for one address.
const maxLineLength = 1_000
const maxWildcardRulesLength = 20_000
/** Real rules have two or three. */
const maxWildcards = 20
/** No longer address is opened where there are rules. */
const maxUrlLength = 2_000

/**
 * Reads robots.txt as RFC 9309 says: 4xx allows everything; 5xx, or no answer, allows nothing; five redirects;
 * 500 KiB, of a longer file the beginning; kept for a day (2.4). What could not be read is asked for again sooner.
 */
export function createRobots({ fetchPage, userAgentToken, cache = {} }: RobotsOptions): Robots {
  const {
    maxOrigins = 2_000,
    maxBytes = 16 * 1024 * 1024,
    maxAgeMs = 24 * 60 * 60_000,
    maxFailureAgeMs = 60_000,
    now = Date.now,
  } = cache
  // A Map keeps the order of insertion, so its first key is what was used longest ago.
  const cached = new Map<string, Cached>()
  const underWay = new Map<string, Promise<RobotsRules>>()
  let cachedBytes = 0

  function remember(origin: string, rules: RobotsRules, bytes: number) {
    forget(origin)
    cached.set(origin, { rules, bytes, expiresAt: now() + (rules.failure ? maxFailureAgeMs : maxAgeMs) })
    cachedBytes += bytes
    for (const oldest of cached.keys()) {
      if (cached.size <= maxOrigins && cachedBytes <= maxBytes) break
      forget(oldest)
    }
  }

  function forget(origin: string) {
    cachedBytes -= cached.get(origin)?.bytes ?? 0
    cached.delete(origin)
  }

  async function load(origin: string): Promise<RobotsRules> {
    const url = `${origin}/robots.txt`
    try {
      const answer = await fetchPage(url, {
        accept: 'text/plain,*/*;q=0.5',
        maxBytes: maxFileBytes,
        onTooLarge: 'truncate',
        timeoutMs: fetchTimeoutMs,
      })
      const rules = rulesOf(answer, url, userAgentToken)
      remember(origin, rules, answer.body.length)
      return rules
    } catch (error) {
      // More than five redirects count as no robots.txt (2.3.1.2).
      if (failureCodeOf(error) === 'SITE_TOO_MANY_REDIRECTS') {
        remember(origin, allowAll, 0)
        return allowAll
      }
      if (!(error instanceof Failure)) throw error
      const rules = allowNothing(error)
      remember(origin, rules, 0)
      return rules
    }
  }

  return {
    async rulesFor(url, signal) {
      signal?.throwIfAborted()
      const { origin } = new URL(url)
      const known = cached.get(origin)
      if (known && known.expiresAt > now()) {
        cached.delete(origin)
        cached.set(origin, known)
        return known.rules
      }
      // Several jobs may wait for one file, so no job's signal stops it; its own time-outs do.
      const loading = underWay.get(origin) ?? load(origin).finally(() => underWay.delete(origin))
      underWay.set(origin, loading)
      return untilAborted(loading, signal)
    },
  }
}

const allowAll: RobotsRules = { isAllowed: () => true, crawlDelayMs: 0, sitemaps: [] }

const allowNothing = (failure: Failure): RobotsRules => ({ ...allowAll, isAllowed: () => false, failure })

function rulesOf({ status, body }: FetchedPage, url: string, token: string): RobotsRules {
  if (status >= 500) {
    return allowNothing(new Failure('SITE_UNREACHABLE', `${new URL(url).host}: robots.txt answered ${status}.`))
  }
  if (status >= 300) return allowAll
  const text = new TextDecoder().decode(body)
  const parsed = parseRobots(url, boundedLines(text).map(normalizeEscapes).join('\n'))
  const delaySeconds = parsed.getCrawlDelay(token) ?? 0
  return {
    isAllowed: (other) => other.length <= maxUrlLength && parsed.isAllowed(normalizeEscapes(other), token) !== false,
    crawlDelayMs: delaySeconds > 0 ? delaySeconds * 1000 : 0,
    sitemaps: parsed.getSitemaps().filter((sitemap) => URL.canParse(sitemap)),
  }
}

/**
 * The lines of a file, so that matching them costs little whatever they hold: a hostile one held the process for a minute.
 * A disallowing rule that is too much is cut, so that it forbids more than was meant; an allowing one is dropped.
 */
function boundedLines(text: string): string[] {
  let wildcardLength = 0
  return text.split(/\r\n|\r|\n/).map((line) => {
    const isDisallow = /^\s*disallow/i.test(line)
    const short = line.length <= maxLineLength ? line : isDisallow ? line.slice(0, maxLineLength) : ''
    if (!short.includes('*')) return short
    wildcardLength += short.length
    const parts = short.split('*')
    if (wildcardLength > maxWildcardRulesLength) return isDisallow ? parts[0]! : ''
    if (parts.length - 1 <= maxWildcards) return short
    return isDisallow ? parts.slice(0, maxWildcards + 1).join('*') : ''
  })
}

/** `/%7ejoe` and `/~joe` are one path (RFC 9309, 2.2.2; RFC 3986, 6.2.2). */
const normalizeEscapes = (text: string): string =>
  text.replace(/%[0-9a-f]{2}/gi, (escaped) => {
    const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : escaped.toUpperCase()
  })

export type RobotsGateOptions = {
  signal?: AbortSignal | undefined
  /** May refuse an address that is redirected to by throwing. */
  onRedirect?: ((url: string) => void) | undefined
}

/**
 * What a fetch of a page or a sitemap asks before each request: whether the host's robots.txt allows it, and how far
 * apart requests shall be.
 * @throws Failure `SITE_DISALLOWED`, or why robots.txt could not be read.
 */
export function robotsGate(robots: Robots, { signal, onRedirect }: RobotsGateOptions) {
  let isRedirect = false
  return async (next: URL): Promise<{ delayMs: number }> => {
    if (isRedirect) onRedirect?.(next.href)
    isRedirect = true
    const rules = await robots.rulesFor(next.href, signal)
    if (rules.isAllowed(next.href)) return { delayMs: rules.crawlDelayMs }
    throw rules.failure ?? new Failure('SITE_DISALLOWED', `${next.host}${next.pathname}.`)
  }
}
