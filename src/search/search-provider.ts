/** One organic result. `url` is always http or https; `position` counts from 1. */
export type SearchResult = { title: string; url: string; snippet: string; position: number }

/**
 * A service that answers queries with what a web search engine shows (a SERP).
 *
 * `search` answers one list per query, in the order of the queries; a query the provider left out has an empty one.
 * `credits` is what the provider says it charged, 0 where it does not say.
 *
 * @throws Failure SEARCH_KEY_REJECTED, SEARCH_NO_CREDITS, SEARCH_RATE_LIMITED or SEARCH_UNAVAILABLE;
 *   the signal's own reason when the caller aborted.
 */
export type SearchProvider = {
  name: string
  search(queries: string[], options: { signal: AbortSignal }): Promise<{ results: SearchResult[][]; credits: number }>
}
