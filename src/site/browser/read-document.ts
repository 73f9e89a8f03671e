import { setTimeout as wait } from 'node:timers/promises'
import type { CDPSession, Page, Request } from 'playwright-core'
import { isSameSite } from '../page-key.ts'
import { evaluate, framesOf } from './evaluate.ts'
import { mostHtmlLength, serializeScript, textLengthScript } from './page-scripts.ts'

const pollMs = 100
const quietMs = 500
/** A page this short is taken for a shell whose scripts are still to fill it. */
const shortTextLength = 50
const shortTextMs = 2_000
const scriptTimeoutMs = 3_000
/** What may still change the text: the rest is decoration, or never ends. */
const awaitedTypes = new Set(['document', 'script', 'xhr', 'fetch'])

/** The page's requests under way that may still change its text. Start before the page does. */
export function countRequests(page: Page): () => number {
  const open = new Set<Request>()
  page.on('request', (request) => {
    if (awaitedTypes.has(request.resourceType())) open.add(request)
  })
  page.on('requestfinished', (request) => open.delete(request))
  page.on('requestfailed', (request) => open.delete(request))
  return () => open.size
}

/**
 * Waits until neither text nor requests have changed for half a second, at most `mostMs`. A page with hardly any text
 * gets two seconds.
 */
export async function waitForText(
  cdp: CDPSession,
  openRequests: () => number,
  { mostMs, signal }: { mostMs: number; signal: AbortSignal },
): Promise<void> {
  const startMs = performance.now()
  let before = -1
  let quietSinceMs = startMs
  for (;;) {
    const length = await textLength(cdp)
    const nowMs = performance.now()
    if (length !== before || openRequests() > 0) quietSinceMs = nowMs
    before = length
    const isQuiet = nowMs - quietSinceMs >= quietMs
    if (nowMs - startMs >= mostMs) return
    if (isQuiet && (length >= shortTextLength || nowMs - startMs >= Math.min(shortTextMs, mostMs))) return
    await wait(pollMs, undefined, { signal })
  }
}

/** -1 while the page is on its way to another one. */
async function textLength(cdp: CDPSession): Promise<number> {
  try {
    const [main] = await framesOf(cdp)
    return Number(await evaluate(cdp, main.id, textLengthScript, scriptTimeoutMs))
  } catch {
    return -1
  }
}

/**
 * The document as HTML, of at most 5 Mi characters, with the content of the site's own frames at its end. A page that
 * navigates while it is read is read once more.
 */
export async function readDocument(cdp: CDPSession): Promise<{ url: string; html: string }> {
  try {
    return await serialize(cdp)
  } catch {
    await wait(quietMs)
    return serialize(cdp)
  }
}

async function serialize(cdp: CDPSession): Promise<{ url: string; html: string }> {
  const [main, ...frames] = await framesOf(cdp)
  let html = String(await evaluate(cdp, main.id, serializeScript, scriptTimeoutMs))
  for (const frame of frames.filter(({ url }) => isOwnFrame(url, main.url))) {
    const inner = await evaluate(cdp, frame.id, serializeScript, scriptTimeoutMs).catch(() => '')
    html = appendFrame(html, String(inner))
  }
  return { url: main.url, html: html.slice(0, mostHtmlLength) }
}

/** Puts a frame's body before the end of the page's. */
function appendFrame(html: string, frameHtml: string): string {
  const body = bodyOf(frameHtml)
  const end = html.toLowerCase().lastIndexOf('</body>')
  return end === -1 ? html + body : `${html.slice(0, end)}<div>${body}</div>${html.slice(end)}`
}

/** By position: a pattern would try every `<body` that a hostile document repeats to its end. */
function bodyOf(html: string): string {
  const lower = html.toLowerCase()
  const tag = lower.indexOf('<body')
  const start = tag === -1 ? -1 : lower.indexOf('>', tag)
  const end = lower.lastIndexOf('</body>')
  return html.slice(start + 1, end > start ? end : undefined)
}

/** A frame without an address of its own (`srcdoc`) is the page's. */
const isOwnFrame = (frameUrl: string, pageUrl: string): boolean =>
  frameUrl === 'about:srcdoc' || frameUrl === 'about:blank' || isSameSite(frameUrl, pageUrl)
