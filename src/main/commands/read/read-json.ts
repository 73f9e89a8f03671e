import { type SiteFact, siteFacts } from '../../../extract/site-facts.ts'
import type { SiteReading } from '../../../site/read-site.ts'
import { factKinds } from './read-facts.ts'

/** A reading for programs, its keys as in the API's answers; every fact with its quote and where it stands. */
export function readJson(reading: SiteReading, { tookMs }: { tookMs: number }): object {
  const facts = siteFacts(reading.pages)
  return {
    start_url: reading.startUrl,
    home_url: reading.homeUrl,
    ended_by: reading.endedBy,
    notes: reading.notes,
    duration_ms: Math.round(tookMs),
    facts: Object.fromEntries(factKinds.map(({ kind, key }) => [key, facts[kind].map(factJson)])),
    pages: reading.pages.map((page) => ({
      url: page.url,
      title: page.title,
      description: page.description,
      language: page.language,
      rendered: page.rendered,
      is_cut: page.isCut ?? false,
      characters: page.text.length,
      bytes: page.bytes,
      fetched_at: page.fetchedAt,
      text: page.text,
    })),
    skipped: reading.skipped,
  }
}

/** A fact where it is stated best; `pages` is on how many pages it stands, `elsewhere` that it is another organisation's. */
function factJson({ value, places, isElsewhere }: SiteFact) {
  const { quote, url, source } = places[0]!
  return { value, quote, url, source, pages: new Set(places.map((place) => place.url)).size, elsewhere: isElsewhere }
}
