import type { Config } from '../config.ts'
import type { Pool } from '../db/connect.ts'
import { createSearchAnswers } from '../kinds/discovery/search-answers.ts'
import type { Log } from '../log.ts'
import { createBrave } from '../search/brave.ts'
import { createSearch, type Search } from '../search/search.ts'
import type { SearchProvider } from '../search/search-provider.ts'
import { createSearxng } from '../search/searxng.ts'
import { createSerper } from '../search/serper.ts'
import { createSerpshot } from '../search/serpshot.ts'

/** Builds web search from the providers that are set, asked in this order. Null: none is. */
export function createSearchFrom(config: Config, pool: Pool, log: Log): Search | null {
  const { SERPSHOT_KEY, SERPSHOT_URL, SERPER_KEY, BRAVE_KEY, SEARXNG_URL } = config
  const providers: SearchProvider[] = []
  if (SERPSHOT_KEY) providers.push(createSerpshot({ baseUrl: SERPSHOT_URL, key: SERPSHOT_KEY }))
  if (SERPER_KEY) providers.push(createSerper({ key: SERPER_KEY }))
  if (BRAVE_KEY) providers.push(createBrave({ key: BRAVE_KEY }))
  if (SEARXNG_URL) providers.push(createSearxng({ baseUrl: SEARXNG_URL }))
  if (providers.length === 0) return null
  return createSearch({ providers, cache: createSearchAnswers(pool, config.SEARCH_CACHE_DAYS), log })
}
