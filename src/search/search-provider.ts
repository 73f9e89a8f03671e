/**
 * One result. `url` is always http or https; `position` counts from 1. `isKnowledgeGraph` marks the website that the
 * engine itself gives for the company it believes is meant, at position 0: a strong hint, and still no proof.
 */
export type SearchResult = {
  title: string
  url: string
  snippet: string
  position: number
  isKnowledgeGraph?: true
}

/**
 * A service that answers queries with what a web search engine shows (a SERP).
 *
 * `search` is one call of its API, with `queriesPerCall` queries at most. It answers in the order of the queries: null
 * for one that the provider left out, an empty list for one that nothing was found for. `credits` is what was charged:
 * as the provider says, one a call where a call is what its plan counts, 0 where nothing is charged.
 *
 * @throws Failure SEARCH_KEY_REJECTED, SEARCH_NO_CREDITS, SEARCH_RATE_LIMITED, SEARCH_REFUSED or SEARCH_UNAVAILABLE;
 *   the signal's own reason when the caller aborted.
 */
export type SearchProvider = {
  name: string
  queriesPerCall: number
  /** The most calls for one job at the same time. */
  callsAtOnce: number
  search(
    queries: readonly string[],
    options: { signal: AbortSignal },
  ): Promise<{ results: (SearchResult[] | null)[]; credits: number }>
}
