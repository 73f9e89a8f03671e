import { request } from 'undici'
import { Failure } from '../errors.ts'
import type { Egress } from './egress.ts'
import type { HostLimit } from './host-limit.ts'
import { networkCodeOf, toSiteFailure } from './network-failure.ts'
import { type BodyLimit, readBody } from './read-body.ts'
import { parseRetryAfter } from './retry-after.ts'

export type FetchedPage = {
  requestedUrl: string
  /** Where the redirects led. */
  url: string
  status: number
  /** By lower-case name; repeated ones are joined by a comma, of those that stand once the first is taken. */
  headers: Record<string, string>
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

type Answer = Pick<FetchedPage, 'status' | 'headers'> & ({ location: URL } | { body: Uint8Array } | { isBusy: true })

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
    const late = new AbortController()
    const timer = setTimeout(
      () => late.abort(new Failure('SITE_UNREACHABLE', `${host}: took longer than allowed.`)),
      Math.max(0, leftMs),
    )
    const signal = options.signal ? AbortSignal.any([options.signal, late.signal]) : late.signal
    try {
      const response = await requestTwice(url, {
        dispatcher: egress.dispatcher,
        signal,
        headersTimeout: Math.min(timeoutMs, stallTimeoutMs),
        bodyTimeout: Math.min(timeoutMs, stallTimeoutMs),
        headers: {
          'user-agent': userAgent,
          accept: options.accept ?? htmlAccept,
          'accept-language': 'pt-BR,pt;q=0.9,en;q=0.5',
          'accept-encoding': 'gzip, deflate, br, zstd',
          ...conditionsOf(options.validatorsOf?.(url.href)),
        },
      })
      const { statusCode: status, body } = response
      // A body that is left before its end reports that as an error; nobody is left to care.
      body.on('error', () => {})
      try {
        const headers = plainHeaders(response.headers)
        if (redirectStatuses.has(status) && headers.location)
          return { status, headers, location: target(url, headers.location) }
        if (busyStatuses.has(status)) {
          const pauseMs = hostLimit.slowDown(url.hostname, parseRetryAfter(headers['retry-after']))
          if (options.mayPause?.(pauseMs)) return { status, headers, isBusy: true }
        }
        options.onHeaders?.({ url: url.href, status, headers })
        const limit = { maxBytes: options.maxBytes ?? maxBytes, onTooLarge: options.onTooLarge ?? 'fail' }
        return { status, headers, body: await readBody(body, headers['content-encoding'], host, limit) }
      } finally {
        body.destroy()
      }
    } catch (error) {
      options.signal?.throwIfAborted()
      late.signal.throwIfAborted()
      throw toSiteFailure(error, host)
    } finally {
      clearTimeout(timer)
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
      redirects.push(url.href)
      if (redirects.length > maxRedirects) {
        throw new Failure('SITE_TOO_MANY_REDIRECTS', `${url.host}: more than ${maxRedirects}.`)
      }
      url = answer.location
    }
  }
}

/** Asks again, once, when the connection broke before an answer: a kept one may have been closed meanwhile. */
async function requestTwice(url: URL, options: Parameters<typeof request>[1]) {
  try {
    return await request(url.href, options)
  } catch (error) {
    if (!['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(networkCodeOf(error) ?? '')) throw error
    return request(url.href, options)
  }
}

function parseUrl(text: string): URL {
  const url = URL.parse(text)
  if (!url) throw new Failure('SITE_BLOCKED', 'It is not a URL.')
  url.hash = ''
  return url
}

function target(from: URL, location: string): URL {
  const url = URL.parse(location, from.href)
  if (!url) throw new Failure('SITE_REFUSED', `${from.host}: redirects to what is not a URL.`)
  url.hash = ''
  return url
}

function conditionsOf(known: Validators | undefined): Record<string, string> {
  return {
    ...(known?.etag && { 'if-none-match': known.etag }),
    ...(known?.lastModified && { 'if-modified-since': known.lastModified }),
  }
}

const repeatable = new Set(['content-encoding', 'link', 'vary', 'cache-control'])

function plainHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue
    plain[name] = typeof value === 'string' ? value : repeatable.has(name) ? value.join(', ') : (value[0] ?? '')
  }
  return plain
}
