import { failureCodeOf } from '../errors.ts'
import { untilAborted } from '../until-aborted.ts'
import type { RenderedPage, RenderOptions, RenderPage } from './render-page.ts'

/**
 * Whether a page was read as a browser shows it: `no`, it need not be; `unavailable`, there is no browser; `failed`,
 * the browser could not load it. In the last two cases the page is what it says without its scripts.
 */
export type Rendered = 'no' | 'yes' | 'unavailable' | 'failed'

/** Never rejects: what cannot be rendered is read as it is, also when time runs out meanwhile. */
export type ShellRenderer = (
  url: string,
  options: RenderOptions,
) => Promise<{ rendered: 'yes'; page: RenderedPage } | { rendered: 'unavailable' | 'failed' }>

/** Renders the shells of one reading: at most `maxRenders`, and none any more once it is known that there is no browser. */
export function createShellRenderer(render: RenderPage | null, maxRenders: number): ShellRenderer {
  let rendersLeft = maxRenders
  let isUnavailable = false
  return async (url, options) => {
    if (!render || isUnavailable) return { rendered: 'unavailable' }
    if (rendersLeft <= 0) return { rendered: 'failed' }
    rendersLeft -= 1
    try {
      const page = await untilAborted(render(url, options), options.signal)
      return /^https?:\/\//i.test(page.url) ? { rendered: 'yes', page } : { rendered: 'failed' }
    } catch (error) {
      if (failureCodeOf(error) !== 'BROWSER_UNAVAILABLE') return { rendered: 'failed' }
      isUnavailable = true
      return { rendered: 'unavailable' }
    }
  }
}
