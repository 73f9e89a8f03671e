import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import { createEgress } from '../site/fetch/egress.ts'
import { createFetcher } from '../site/fetch/fetch-page.ts'
import { createHostLimit } from '../site/fetch/host-limit.ts'
import { createSiteReader, type SiteReader } from '../site/read-site.ts'
import { renderPolitely } from '../site/render-politely.ts'
import { createRobots } from '../site/robots.ts'
import { createLazyBrowser } from './lazy-browser.ts'
import { userAgent } from './user-agent.ts'

const userAgentToken = 'SondaBot'

/**
 * Builds what reads websites, which needs no database. `close` ends the browser, if one was needed, and all connections.
 * Without a log the browser says nothing.
 */
export function createSite(config: Config, log?: Log): { reader: SiteReader; close(): Promise<void> } {
  const egress = createEgress({ allowCidrs: config.EGRESS_ALLOW_CIDRS, connectTo: config.EGRESS_CONNECT_TO })
  const hostLimit = createHostLimit()
  const fetchPage = createFetcher({ egress, hostLimit, userAgent })
  const robots = createRobots({ fetchPage, userAgentToken })
  const browser = createLazyBrowser(async () => {
    const { createBrowser } = await import('../site/browser/browser.ts')
    return createBrowser({
      egress,
      executablePath: config.CHROMIUM_PATH,
      searchPath: process.env.PATH,
      wsUrl: config.BROWSER_WS_URL,
      userAgent,
      memoryLimitMb: config.WORKER_MEMORY_LIMIT_MB,
      log,
    })
  })
  return {
    reader: createSiteReader({ fetchPage, robots, render: renderPolitely(browser.render, { hostLimit, robots }) }),
    async close() {
      await browser.close()
      await egress.close()
    },
  }
}
