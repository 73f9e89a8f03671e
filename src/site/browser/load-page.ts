import { setTimeout as wait } from 'node:timers/promises'
import type { BrowserContext, Page, Request, Response } from 'playwright-core'
import { Failure } from '../../errors.ts'
import type { Egress } from '../fetch/egress.ts'
import type { RenderedPage, RenderOptions } from '../render-page.ts'
import type { Passage } from './egress-proxy.ts'
import { countRequests, readDocument, waitForText } from './read-document.ts'

export type LoadOptions = {
  egress: Egress
  /** Not for a browser that runs elsewhere. */
  passage: Passage | undefined
  proxyMark: string | undefined
  /** How long the page may take until its document has been read; after it, what is there is taken. */
  documentMs: number
  settleMs: number
  signal: AbortSignal
  mayOpen: RenderOptions['mayOpen']
}

/** Of a navigation that was ended, the answer is sometimes told only after the end. */
const lateMs = 1_000

/** A page's text needs none of these. */
const unwantedTypes = new Set(['image', 'media', 'font'])

/**
 * Loads a page in a context of its own and reads it when its text stands still.
 * @throws Failure `SITE_*`; what Playwright throws when the browser or the context goes away meanwhile.
 */
export async function loadPage(context: BrowserContext, url: string, options: LoadOptions): Promise<RenderedPage> {
  const { egress, passage, documentMs, settleMs, signal, mayOpen } = options
  const host = new URL(url).hostname
  const isWanted = async (request: Request): Promise<boolean> => {
    if (unwantedTypes.has(request.resourceType()) || !isAllowed(egress, request.url())) return false
    const isDocument = request.resourceType() === 'document' && /^https?:/.test(request.url())
    return isDocument && mayOpen ? mayOpen(request.url()) : true
  }
  await context.route('**/*', async (route) => {
    const wanted = await isWanted(route.request()).catch(() => false)
    await (wanted ? route.continue() : route.abort('blockedbyclient')).catch(() => {})
  })
  const page = await context.newPage()
  // Whatever opens a window gets it closed; whatever asks gets "no".
  context.on('page', (other) => void other.close().catch(() => {}))
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => {}))
  page.on('download', (download) => void download.cancel().catch(() => {}))
  const openRequests = countRequests(page)
  const answers = watchNavigation(page)
  const crashed = new Promise<never>((_, fail) =>
    page.once('crash', () => fail(new Failure('SITE_TOO_LARGE', `${host}: it took more memory than a page may.`))),
  )
  crashed.catch(() => {})

  const load = async () => {
    try {
      await page.goto(url, { waitUntil: 'domcontentloaded', timeout: documentMs })
    } catch (error) {
      const text = String(error)
      if (/net::ERR_ABORTED/.test(text)) await answers.first(lateMs)
      const goesOn = /interrupted by another navigation|Timeout .*exceeded/i.test(text) && page.url() !== 'about:blank'
      // A script that leads on before the document is there ends the first navigation as a download would.
      const isReplaced = /net::ERR_ABORTED/.test(text) && isPage(answers.last())
      if (!goesOn && !isReplaced) {
        // Chromium shows a page of its own for an error that came without one; the answer says more.
        checkAnswer(answers.last(), options)
        throw failureOf(text, answers.lastHost() || host, options)
      }
    }
    checkAnswer(answers.last(), options)
    const cdp = await context.newCDPSession(page)
    await waitForText(cdp, openRequests, { mostMs: settleMs, signal })
    const read = await readDocument(cdp)
    const excess = passage?.excess()
    if (excess) throw excess
    checkAnswer(answers.last(), options)
    if (read.url.startsWith('chrome-error:')) throw failureOf(answers.lastError(), answers.lastHost() || host, options)
    egress.checkUrl(new URL(read.url))
    return read
  }
  return Promise.race([load(), crashed])
}

function isAllowed(egress: Egress, url: string): boolean {
  try {
    if (/^(data|blob|about):/.test(url)) return true
    egress.checkUrl(new URL(url))
    return true
  } catch {
    return false
  }
}

/** What the main frame's navigations, the first and those of scripts, were answered with. */
function watchNavigation(page: Page) {
  let response: Response | undefined
  let error = ''
  let host = ''
  const answered = Promise.withResolvers<void>()
  page.on('response', (answer) => {
    const request = answer.request()
    if (!request.isNavigationRequest() || request.frame() !== page.mainFrame()) return
    response = answer
    answered.resolve()
  })
  page.on('requestfailed', (request) => {
    if (!request.isNavigationRequest() || request.frame() !== page.mainFrame()) return
    error = request.failure()?.errorText ?? ''
    host = URL.parse(request.url())?.hostname ?? ''
  })
  return {
    first: (patienceMs: number) => Promise.race([answered.promise, wait(patienceMs)]),
    last: () => response,
    lastError: () => error,
    lastHost: () => host,
  }
}

const isPage = (response: Response | undefined): boolean =>
  response?.status() === 200 && /html/i.test(response.headers()['content-type'] ?? '')

function checkAnswer(response: Response | undefined, { passage, proxyMark }: LoadOptions): void {
  if (!response) return
  const { hostname, host } = new URL(response.url())
  const headers = response.headers()
  if (proxyMark && headers['proxy-agent'] === proxyMark) {
    throw passage?.failureOf(hostname) ?? new Failure('SITE_UNREACHABLE', `${host}: the request failed.`)
  }
  if (response.status() >= 400) throw new Failure('SITE_REFUSED', `${host}: status ${response.status()}.`)
  const type = headers['content-type']
  if (type && !/html|xml|text\/plain/i.test(type)) throw new Failure('SITE_NOT_HTML', `${host}: ${type}.`)
}

/** What Chromium's own word for a failed navigation means; the browser's end stays what it is. */
function failureOf(text: string, host: string, { passage }: LoadOptions): Error {
  const code = /net::(ERR_\w+)/.exec(text)?.[1] ?? ''
  const excess = passage?.excess()
  if (excess) return excess
  // Only of a navigation that failed: a browser that dies breaks its connections as well.
  const known = code ? passage?.failureOf(host) : undefined
  if (known) return known
  if (/Download is starting/.test(text) || code === 'ERR_ABORTED') {
    return new Failure('SITE_NOT_HTML', `${host}: it is a download, or nothing.`)
  }
  if (code === 'ERR_TOO_MANY_REDIRECTS') return new Failure('SITE_TOO_MANY_REDIRECTS', `${host}.`)
  if (code === 'ERR_BLOCKED_BY_CLIENT') return new Failure('SITE_BLOCKED', `${host}: it leads where Sonda may not go.`)
  if (code) return new Failure('SITE_UNREACHABLE', `${host}: ${code}.`)
  if (/Timeout .*exceeded/.test(text)) return new Failure('SITE_UNREACHABLE', `${host}: took longer than allowed.`)
  return new Error(text)
}
