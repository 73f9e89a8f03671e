import type { Browser } from 'playwright-core'
import { Failure } from '../../errors.ts'
import type { RunningChromium } from './launch-chromium.ts'

const connectTimeoutMs = 10_000

/**
 * Connects to a browser that runs already: over the DevTools protocol, which most services speak, else over
 * Playwright's own. Ending it leaves the browser itself running.
 * @throws Failure `BROWSER_UNAVAILABLE`
 */
export async function connectBrowser(url: string): Promise<RunningChromium> {
  const { chromium } = await import('playwright-core')
  let browser: Browser
  try {
    browser = await chromium.connectOverCDP(url, { timeout: connectTimeoutMs })
  } catch (error) {
    try {
      browser = await chromium.connect(url, { timeout: connectTimeoutMs })
    } catch {
      const why = (error as Error).message.split('\n')[0]
      // Its path and parameters often hold a key.
      throw new Failure('BROWSER_UNAVAILABLE', `BROWSER_WS_URL (${new URL(url).host}): ${hide(why, url)}.`, {
        cause: error,
      })
    }
  }
  return {
    browser,
    pids: () => [],
    memoryMb: () => 0,
    isGone: () => !browser.isConnected(),
    end: () => browser.close().catch(() => {}),
  }
}

const hide = (text = '', url: string) => text.replaceAll(url, new URL(url).host)
