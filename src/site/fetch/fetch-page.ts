import { isUtf8 } from 'node:buffer'
import { Failure } from '../../errors.ts'
import { retryAfterMs } from '../../retry-after.ts'
import type { Cookies } from './cookies.ts'
import type { Egress } from './egress.ts'
import { exchange, type Head } from './exchange.ts'
import type { HostLimit } from './host-limit.ts'
import { toSiteFailure } from './network-failure.ts'
import { type BodyLimit, readBody } from './read-body.ts'

export type FetchedPage = Head & {
  requestedUrl: string
  /** Where the redirects led. */
  url: string
  /** Decompressed. */
  body: Uint8Array
  /** The addresses that were left, in order. */
  redirects: string[]
}

/** What a server gave with a page, to be told by whether it is still the same (RFC 9110, 13.1). */
export type Validators = { etag: string | null; lastModified: string | null }

export type FetchOptions = Partial<BodyLimit> & {
  signal?: AbortSignal | undefined
  accept?: string
  /** The whole time of all requests; waiting for the host's turn does not count. */
  timeoutMs?: number
  /** Called before each request, redirects included: may refuse by throwing, and says the host's crawl delay. */
  beforeRequest?: (url: URL) => Promise<{ delayMs?: number }>
  /** Called with what is not a redirect before its body is read: may refuse by throwing. */
  onHeaders?: (answer: Pick<FetchedPage, 'url' | 'status' | 'headers'>) => void
  /** Takes what redirects set, and is asked what to send. Without it there are no cookies. */
  cookies?: Cookies
  /** What is known of an address; if it is still so, the answer is 304 without a body. */
  validatorsOf?: (url: string) => Validators | undefined
  /**
   * Whether to come back after so long to a host that says it is asked too much (429, 503); once a fetch.
   * Without it, or for a second refusal, the answer is what the host said. The host is spared for the time in any case.
   */
  mayPause?: (pauseMs: number) => boolean
}

export type FetchPage = (url: string, options?: FetchOptions) => Promise<FetchedPage>

export type FetcherOptions = {
  egress: Egress
  hostLimit: HostLimit
  userAgent: string
  maxBytes?: number
  timeoutMs?: number
  maxRedirects?: number
}

type Answer = Head & ({ location: URL } | { body: Uint8Array } | { isBusy: true })

const redirectStatuses = new Set([301, 302, 303, 307, 308])
const busyStatuses = new Set([429, 503])
const stallTimeoutMs = 10_000
const htmlAccept = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.5'

/**
 * Builds the one function that asks websites for something. Every request, also after a redirect, passes the
 * egress gate and takes one of the host's places; sizes, times and redirects are bounded.
 *
 * `fetchPage` answers with any status; only what the network or the gate refuses is a `Failure` (`SITE_*`), whose
 * detail names host and reason. If the caller's signal aborts, its reason is thrown as it is.
 */
export function createFetcher({
  egress,
  hostLimit,
  userAgent,
  maxBytes = 5 * 1024 * 1024,
  timeoutMs = 20_000,
  maxRedirects = 5,
}: FetcherOptions): FetchPage {
  async function ask(url: URL, leftMs: number, options: FetchOptions): Promise<Answer> {
    const { host } = url
    const stop = new AbortController()
    const late = () => stop.abort(new Failure('SITE_UNREACHABLE', `${host}: took longer than allowed.`))
    const timer = setTimeout(late, Math.max(0, leftMs))
    const onAbort = () => stop.abort(options.signal?.reason)
    if (options.signal?.aborted) onAbort()
    options.signal?.addEventListener('abort', onAbort, { once: true })
    const limit = { maxBytes: options.maxBytes ?? maxBytes, onTooLarge: options.onTooLarge ?? 'fail' }
    let answer: Answer | undefined
    try {
      const { status, headers, chunks } = await exchange(egress.dispatcher, url, {
        signal: stop.signal,
        stallTimeoutMs: Math.min(timeoutMs, stallTimeoutMs),
        headers: {
          'user-agent': userAgent,
          ...cookieOf(options.cookies?.headerFor(url)),
          accept: options.accept ?? htmlAccept,
          'accept-language': 'pt-BR,pt;q=0.9,en;q=0.5',
          'accept-encoding': 'gzip, deflate, br, zstd',
          ...conditionsOf(options.validatorsOf?.(url.href)),
        },
        onHead(head) {
          answer = withoutBody(head)
          if (answer) return 0
          options.onHeaders?.({ url: url.href, ...head })
          return limit.maxBytes
        },
      })
      if (answer) return answer
      const body = await readBody(chunks, headers['content-encoding'], host, limit)
      stop.signal.throwIfAborted()
      return { status, headers, body }
    } catch (error) {
      stop.signal.throwIfAborted()
      throw toSiteFailure(error, host)
    } finally {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', onAbort)
    }

    /** Redirects, and hosts that are asked too much and may be asked again: what they send with it is not read. */
    function withoutBody({ status, headers }: Head): Answer | undefined {
      if (redirectStatuses.has(status) && headers.location)
        return { status, headers, location: target(url, headers.location) }
      if (!busyStatuses.has(status)) return undefined
      const pauseMs = hostLimit.slowDown(url.hostname, retryAfterMs(headers['retry-after']))
      return options.mayPause?.(pauseMs) ? { status, headers, isBusy: true } : undefined
    }
  }

  return async (requestedUrl, options = {}) => {
    const redirects: string[] = []
    let leftMs = options.timeoutMs ?? timeoutMs
    let url = parseUrl(requestedUrl)
    let { mayPause } = options
    let isAskedAgain = false
    let delayMs: number | undefined
    for (;;) {
      if (!isAskedAgain) {
        egress.checkUrl(url)
        delayMs = (await options.beforeRequest?.(url))?.delayMs
      }
      const asked = url
      const answer = await hostLimit.run(url.hostname, { signal: options.signal, delayMs }, async () => {
        const startedAt = performance.now()
        try {
          return await ask(asked, leftMs, { ...options, mayPause })
        } finally {
          leftMs -= performance.now() - startedAt
        }
      })
      if ('body' in answer) return { requestedUrl, url: url.href, redirects, ...answer }
      if ('isBusy' in answer) {
        mayPause = undefined
        isAskedAgain = true
        continue
      }
      isAskedAgain = false
      options.cookies?.take(url, answer.headers['set-cookie'])
      redirects.push(url.href)
      if (redirects.length > maxRedirects) {
        throw new Failure('SITE_TOO_MANY_REDIRECTS', `${url.host}: more than ${maxRedirects}.`)
      }
      url = answer.location
    }
  }
}

function parseUrl(text: string): URL {
  const url = URL.parse(text)
  if (!url) throw new Failure('SITE_BLOCKED', 'It is not a URL.')
  url.hash = ''
  return url
}

function target(from: URL, location: string): URL {
  const url = URL.parse(asUtf8(location), from.href)
  if (!url) throw new Failure('SITE_REFUSED', `${from.host}: redirects to what is not a URL.`)
  url.hash = ''
  return url
}

/** Headers are read as latin1; an address that stands in one unescaped is UTF-8 more often than not. */
function asUtf8(header: string): string {
  const bytes = Buffer.from(header, 'latin1')
  return isUtf8(bytes) ? bytes.toString() : header
}

const cookieOf = (cookie: string | undefined): Record<string, string> => (cookie ? { cookie } : {})

function conditionsOf(known: Validators | undefined): Record<string, string> {
  return {
    ...(known?.etag && { 'if-none-match': known.etag }),
    ...(known?.lastModified && { 'if-modified-since': known.lastModified }),
  }
}
