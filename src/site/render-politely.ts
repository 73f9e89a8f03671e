import type { HostLimit } from './fetch/host-limit.ts'
import type { RenderPage } from './render-page.ts'
import type { Robots } from './robots.ts'

/**
 * A renderer whose pages take the same turns at a host as what is fetched: one of the host's places, its crawl delay
 * and its pauses. What a page itself loads (scripts, data, frames, and where they lead) belongs to its turn.
 */
export function renderPolitely(
  render: RenderPage,
  { hostLimit, robots }: { hostLimit: HostLimit; robots: Robots },
): RenderPage {
  const inTurn = async <T>(url: string, load: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    const { crawlDelayMs } = await robots.rulesFor(url, signal)
    return hostLimit.run(new URL(url).hostname, { signal, delayMs: crawlDelayMs }, load)
  }
  return (url, options) => render(url, { ...options, inTurn })
}
