import { type AskProviders, createAskProviders, type ProviderAnswer } from './ask-providers.ts'
import { createFlights } from './flights.ts'
import type { SearchLog } from './provider-health.ts'
import { queryKey, queryText } from './query-text.ts'
import type { SearchProvider, SearchResult } from './search-provider.ts'

/** What was answered before, by `queryKey`. How long an answer is good for is the cache's own business. */
export type SearchCache = {
  find(queries: readonly string[]): Promise<ReadonlyMap<string, SearchResult[]>>
  store(answers: readonly ProviderAnswer[]): Promise<void>
}

/**
 * `results` has a list per query, in their order. `credits` were charged for this search; of the queries, `cached` were
 * answered by the cache or by a call that another job had under way, for nothing. `provider` names who answered the
 * others (two with a comma between), null where nobody was asked.
 */
export type SearchAnswer = { results: SearchResult[][]; credits: number; cached: number; provider: string | null }

export type SearchOptions = {
  signal: AbortSignal
  /** Told of every charge as it is made, in credits above 0: a search that fails later has still been paid for. */
  onCharged?(credits: number): void
}

export type Search = {
  /**
   * @throws Failure SEARCH_RATE_LIMITED, SEARCH_UNAVAILABLE, SEARCH_NO_CREDITS, SEARCH_KEY_REJECTED or SEARCH_REFUSED
   *   when a query is left without an answer; what was answered by then is in the cache, and costs nothing the next
   *   time. The signal's own reason when it aborted.
   */
  search(queries: readonly string[], options: SearchOptions): Promise<SearchAnswer>
}

/** What a call of the providers brought for the queries of one flight. */
type Landed = { results: ReadonlyMap<string, SearchResult[]>; asked: number; credits: number; providers: string[] }

/**
 * Web search for jobs: from the cache, or else from the providers, in their order. What two jobs ask at the same time
 * is asked once, and the call goes on until both have lost interest. Answers are stored as they come, whatever becomes
 * of the job. Without its cache a search costs more and works as well.
 */
export function createSearch({
  providers,
  cache,
  log,
  nowMs,
}: {
  providers: readonly SearchProvider[]
  /** Null: nothing is kept. */
  cache: SearchCache | null
  log: SearchLog
  nowMs?(): number
}): Search {
  const ask: AskProviders = createAskProviders(providers, nowMs ? { log, nowMs } : { log })
  const flights = createFlights<Landed>()

  async function find(keys: readonly string[]): Promise<ReadonlyMap<string, SearchResult[]>> {
    const nothing = new Map<string, SearchResult[]>()
    return (
      cache?.find(keys).catch((error) => {
        log.warn({ error: (error as Error).message }, 'search answers could not be looked up')
        return nothing
      }) ?? nothing
    )
  }

  async function store(answers: readonly ProviderAnswer[]): Promise<void> {
    const keyed = answers.map((answer) => ({ ...answer, query: queryKey(answer.query) }))
    await cache?.store(keyed).catch((error) => {
      log.warn({ error: (error as Error).message }, 'search answers could not be stored')
    })
  }

  async function fly(texts: ReadonlyMap<string, string>, { signal, onCharged }: SearchOptions): Promise<Landed> {
    const results = new Map(await find([...texts.keys()]))
    const missing = [...texts.keys()].filter((key) => !results.has(key))
    if (missing.length === 0) return { results, asked: 0, credits: 0, providers: [] }
    const stored: Promise<void>[] = []
    try {
      const queries = missing.map((key) => texts.get(key)!)
      const answer = await ask(queries, {
        signal,
        onAnswers: (answers) => stored.push(store(answers)),
        ...(onCharged && { onCharged }),
      })
      for (const [index, key] of missing.entries()) results.set(key, answer.results[index] ?? [])
      return { results, asked: missing.length, credits: answer.credits, providers: answer.providers }
    } finally {
      await Promise.all(stored)
    }
  }

  return {
    async search(queries, { signal, onCharged }) {
      signal.throwIfAborted()
      const texts = new Map<string, string>()
      for (const query of queries) {
        const key = queryKey(query)
        if (key !== '' && !texts.has(key)) texts.set(key, queryText(query))
      }
      const { own, joined } = flights.board(texts.keys(), (fresh, flightSignal) =>
        fly(new Map(fresh.map((key) => [key, texts.get(key)!])), {
          signal: flightSignal,
          ...(onCharged && { onCharged }),
        }),
      )
      const landed = await Promise.all([...(own ? [own] : []), ...joined].map((flight) => flight.land(signal)))
      const answers = new Map(landed.flatMap(({ results }) => [...results]))
      const mine = own ? landed[0] : undefined
      return {
        results: queries.map((query) => answers.get(queryKey(query)) ?? []),
        credits: mine?.credits ?? 0,
        cached: texts.size - (mine?.asked ?? 0),
        provider: mine?.providers.join(', ') || null,
      }
    },
  }
}
