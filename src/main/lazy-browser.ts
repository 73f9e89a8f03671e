import { Failure } from '../errors.ts'
import type { RenderPage } from '../site/render-page.ts'

/** What renders pages, and must be closed. */
export type Renderer = { render: RenderPage; close(): Promise<void> }

/**
 * A renderer that is loaded with the first page that needs one, and never where none does. A load that failed is tried
 * again with the next page.
 * @throws Failure `BROWSER_UNAVAILABLE` from `render` once it is closed.
 */
export function createLazyBrowser(load: () => Promise<Renderer>): Renderer {
  let loading: Promise<Renderer> | undefined
  let isClosed = false
  return {
    async render(url, options) {
      if (isClosed) throw new Failure('BROWSER_UNAVAILABLE', 'It is closed.')
      loading ??= load().catch((error) => {
        loading = undefined
        throw error
      })
      const { render } = await loading
      return render(url, options)
    },
    async close() {
      isClosed = true
      const loaded = await loading?.catch(() => undefined)
      await loaded?.close()
    },
  }
}
