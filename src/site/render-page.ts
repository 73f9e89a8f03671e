/** What a page became once its scripts had run. */
export type RenderedPage = {
  /** Where it was in the end: scripts can lead elsewhere. */
  url: string
  /** The document as it stood then, serialised; frames of the same site are parts of it. */
  html: string
}

/**
 * Loads a page in a browser, for those that say nothing without one.
 * @throws Failure `BROWSER_UNAVAILABLE`: there is none, or it does not start. `SITE_*`: the page did not load in time,
 *   or was refused. The signal's reason, as it is.
 */
export type RenderPage = (url: string, options: RenderOptions) => Promise<RenderedPage>

export type RenderOptions = {
  signal: AbortSignal
  /** Asked for each document, frames included; what it does not allow is not loaded. Redirects are not asked about. */
  mayOpen?: (url: string) => Promise<boolean>
  /** Waits for the host's turn, and keeps it while the page is loaded; the page's own deadline begins with it. */
  inTurn?: <T>(url: string, load: () => Promise<T>, signal: AbortSignal) => Promise<T>
}
