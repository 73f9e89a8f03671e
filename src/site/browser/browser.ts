import { setTimeout as wait } from 'node:timers/promises'
import type { BrowserContext } from 'playwright-core'
import { Failure } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { untilAborted } from '../../until-aborted.ts'
import type { Egress } from '../fetch/egress.ts'
import type { RenderedPage, RenderOptions, RenderPage } from '../render-page.ts'
import { connectBrowser } from './connect-browser.ts'
import { createEgressProxy, type EgressProxy } from './egress-proxy.ts'
import { findChromium } from './find-chromium.ts'
import { launchChromium, type RunningChromium } from './launch-chromium.ts'
import { loadPage } from './load-page.ts'
import { createTurns } from './page-turns.ts'

export type BrowserOptions = {
  egress: Egress
  /** The program (CHROMIUM_PATH); the machine's or the packaged one if not given. */
  executablePath?: string | undefined
  /** Where else to look for the machine's: a PATH. */
  searchPath?: string | undefined
  /**
   * A browser that runs already (BROWSER_WS_URL), over the DevTools protocol or Playwright's. On another machine it
   * cannot use our proxy, and **the gate does not hold there**: addresses are checked as they stand in the URL, but
   * neither what a name resolves to nor where a redirect leads. Whoever runs it must keep it from private networks.
   */
  wsUrl?: string | undefined
  userAgent: string
  /** Memory of Chromium's processes together; past it a new one takes its place, past twice as much at once. */
  memoryLimitMb: number
  log?: Log | undefined
  /** From the moment the page gets its turn to its closing. */
  pageDeadlineMs?: number
  pagesPerBrowser?: number
  browserLifeMs?: number
  maxBytesPerPage?: number
}

export type PageBrowser = {
  render: RenderPage
  close(): Promise<void>
  /** The processes of the Chromium that runs now. */
  pids(): number[]
}

const pagesAtOnce = 2
const settleMs = 5_000
/** Of the deadline, left for reading the page once its loading was given up. */
const readingShare = 0.35
const closeGraceMs = 2_000
const memoryPollMs = 1_000
/** A start that failed is not tried again for this long: it can take half a minute. */
const failedStartMs = 60_000

/**
 * Renders pages in one Chromium per process, which starts with the first page and is replaced when it is worn. Each page
 * has a context of its own, no more than two are open, and each ends within its deadline: if need be by killing the
 * browser, whose other page is then loaded again. The network is reached only through the egress gate
 * (egress-proxy.ts); as root, and where the system does not allow it, Chromium runs without its sandbox.
 */
export function createBrowser({
  egress,
  executablePath,
  searchPath,
  wsUrl,
  userAgent,
  memoryLimitMb,
  log,
  pageDeadlineMs = 20_000,
  pagesPerBrowser = 50,
  browserLifeMs = 600_000,
  maxBytesPerPage,
}: BrowserOptions): PageBrowser {
  type Instance = { chromium: RunningChromium; bornMs: number; pages: number; isWorn: boolean }
  let starting: Promise<Instance> | undefined
  let current: Instance | undefined
  let proxy: Promise<EgressProxy> | undefined
  let failedStart: { error: unknown; atMs: number } | undefined
  const closing = new AbortController()
  const pagesUnderWay = new Set<Promise<unknown>>()

  const isWorn = () =>
    current !== undefined &&
    (current.isWorn || current.chromium.isGone() || performance.now() - current.bornMs > browserLifeMs)
  // A worn one is left to its pages: the next enters when they are gone, and starts another.
  const turns = createTurns(pagesAtOnce, (taken) => taken === 0 || !isWorn())

  async function start(): Promise<Instance> {
    const old = current
    current = undefined
    await old?.chromium.end()
    if (failedStart && performance.now() - failedStart.atMs < failedStartMs) throw failedStart.error
    try {
      proxy ??= createEgressProxy(egress, maxBytesPerPage === undefined ? {} : { maxBytesPerPage })
      const chromium = wsUrl ? await connectBrowser(wsUrl) : await launch((await proxy).url)
      log?.debug({ pid: chromium.pids()[0] }, 'browser started')
      current = { chromium, bornMs: performance.now(), pages: 0, isWorn: false }
      return current
    } catch (error) {
      failedStart = { error, atMs: performance.now() }
      throw error
    }
  }

  async function launch(proxyUrl: string): Promise<RunningChromium> {
    const program = await findChromium(executablePath, searchPath)
    if (process.getuid?.() !== 0) {
      try {
        return await launchChromium(program, { proxyUrl, userAgent, isSandboxed: true })
      } catch (error) {
        log?.debug({ error: (error as Error).message }, 'browser does not start with its sandbox')
      }
    }
    return launchChromium(program, { proxyUrl, userAgent, isSandboxed: false })
  }

  /** The one that runs, or a start that all who come meanwhile share. */
  function running(): Promise<Instance> {
    if (starting) return starting
    if (current && !isWorn()) return Promise.resolve(current)
    starting = start().finally(() => {
      starting = undefined
    })
    return starting
  }

  function watchMemory(instance: Instance): void {
    const usedMb = instance.chromium.memoryMb()
    if (usedMb <= memoryLimitMb) return
    if (!instance.isWorn) log?.info({ usedMb: Math.round(usedMb), memoryLimitMb }, 'browser is replaced: memory')
    instance.isWorn = true
    if (usedMb > 2 * memoryLimitMb) void instance.chromium.end()
  }

  async function renderIn(instance: Instance, url: string, { signal, mayOpen }: RenderOptions): Promise<RenderedPage> {
    const { chromium } = instance
    const ours = wsUrl && !isLoopback(wsUrl) ? undefined : await proxy
    const passage = ours?.admit()
    const late = new AbortController()
    const timer = setTimeout(() => {
      late.abort(new Failure('SITE_UNREACHABLE', `${new URL(url).hostname}: took longer than allowed to render.`))
    }, pageDeadlineMs)
    const memoryTimer = setInterval(() => watchMemory(instance), memoryPollMs)
    const ending = AbortSignal.any([signal, late.signal])
    if (++instance.pages >= pagesPerBrowser) instance.isWorn = true
    let opening: Promise<BrowserContext> | undefined
    try {
      opening = chromium.browser.newContext({
        userAgent,
        locale: 'pt-BR',
        timezoneId: 'America/Sao_Paulo',
        viewport: { width: 1280, height: 800 },
        reducedMotion: 'reduce',
        acceptDownloads: false,
        serviceWorkers: 'block',
        ...(ours && passage
          ? {
              proxy: {
                server: ours.url,
                bypass: '<-loopback>',
                username: passage.username,
                password: passage.password,
              },
            }
          : {}),
      })
      const loading = opening.then((context) =>
        loadPage(context, url, {
          egress,
          passage,
          proxyMark: ours?.mark,
          documentMs: pageDeadlineMs * (1 - readingShare),
          settleMs: Math.min(settleMs, (pageDeadlineMs * readingShare) / 2),
          signal: ending,
          mayOpen,
        }),
      )
      return await untilAborted(loading, ending)
    } finally {
      clearTimeout(timer)
      clearInterval(memoryTimer)
      passage?.close()
      const closed = opening?.then((context) => context.close()).then(() => true)
      if (closed && !(await Promise.race([closed.catch(() => true), wait(closeGraceMs, false)]))) {
        log?.info({ url }, 'browser killed: a page did not close')
        await chromium.end()
      }
      if (!chromium.isGone()) watchMemory(instance)
    }
  }

  async function take(url: string, options: RenderOptions): Promise<RenderedPage> {
    const signal = AbortSignal.any([options.signal, closing.signal])
    for (let attempt = 1; ; attempt++) {
      const giveBack = await turns.take(signal)
      let instance: Instance | undefined
      try {
        instance = await untilAborted(running(), signal)
        turns.admit()
        const { inTurn = (_, load) => load() } = options
        const open = instance
        // After the browser's turn, so that the host's is spent on the page and not on waiting for the browser.
        return await inTurn(url, () => renderIn(open, url, { ...options, signal }), signal)
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof Failure) throw error
        // The browser went away under it, maybe because of another page.
        if (!instance?.chromium.isGone() || attempt === 2) {
          throw new Failure('SITE_UNREACHABLE', `${new URL(url).hostname}: the browser could not load it.`, {
            cause: error,
          })
        }
      } finally {
        giveBack()
      }
    }
  }

  return {
    async render(text, options) {
      options.signal.throwIfAborted()
      const url = URL.parse(text)
      if (!url) throw new Failure('SITE_BLOCKED', 'It is not a URL.')
      egress.checkUrl(url)
      if (closing.signal.aborted) throw closing.signal.reason
      const page = take(url.href, options)
      pagesUnderWay.add(page)
      return page.finally(() => pagesUnderWay.delete(page))
    },
    async close() {
      closing.abort(new Failure('BROWSER_UNAVAILABLE', 'It is closed.'))
      await Promise.allSettled([...pagesUnderWay, starting])
      await current?.chromium.end()
      await (await proxy)?.close()
    },
    pids: () => current?.chromium.pids() ?? [],
  }
}

const isLoopback = (url: string) => /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname)
