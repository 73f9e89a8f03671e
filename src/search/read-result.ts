import { z } from 'zod'
import type { SearchResult } from './search-provider.ts'

/** More than a search page shows; what is longer was not written for people, and would only be stored. */
const TITLE_LIMIT_CHARACTERS = 300
const SNIPPET_LIMIT_CHARACTERS = 1_000
const URL_LIMIT_CHARACTERS = 2_000
const RESULTS_LIMIT = 100

const text = z.string().catch('')
const fields = z.object({
  url: z.string(),
  title: text,
  snippet: text,
  position: z.coerce.number().int().positive().optional().catch(undefined),
})

/** What providers call the same things; the fields of a result may be anything. */
export type RawResult = { url?: unknown; title?: unknown; snippet?: unknown; position?: unknown }

/**
 * The results that can be used, out of a provider's list of anything: those with an address of http or https. `pick`
 * is only called with objects. A result without a usable position has its place in the list.
 */
export function readResults(list: readonly unknown[], pick: (raw: Record<string, unknown>) => RawResult) {
  return list.slice(0, RESULTS_LIMIT).flatMap((raw, index): SearchResult[] => {
    if (typeof raw !== 'object' || raw === null) return []
    const { data } = fields.safeParse(pick(raw as Record<string, unknown>))
    const url = data && URL.parse(data.url)
    if (!url || !/^https?:$/.test(url.protocol) || url.href.length > URL_LIMIT_CHARACTERS) return []
    const title = data.title.slice(0, TITLE_LIMIT_CHARACTERS)
    const snippet = data.snippet.slice(0, SNIPPET_LIMIT_CHARACTERS)
    return [{ title, url: url.href, snippet, position: data.position ?? index + 1 }]
  })
}
