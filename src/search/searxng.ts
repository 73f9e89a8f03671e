import { z } from 'zod'
import { Failure } from '../errors.ts'
import { callApi } from './call-api.ts'
import { readResults } from './read-result.ts'
import { retryAfterMs } from './retry-after.ts'
import { searchFailure, unknownForm } from './search-failure.ts'
import type { SearchProvider } from './search-provider.ts'

/** It asks several engines and waits for the slowest. */
const TIMEOUT_MS = 20_000

const body = z.object({
  results: z.array(z.unknown()),
  unresponsive_engines: z.array(z.unknown()).catch([]),
})
const problem = z.object({ error: z.string().optional().catch(undefined) })

/** A SearXNG of one's own, one query a call. `baseUrl` may have a path of its own. Nothing is charged. */
export function createSearxng(options: { baseUrl: string; timeoutMs?: number }): SearchProvider {
  const { timeoutMs = TIMEOUT_MS } = options
  const base = options.baseUrl.replace(/\/+$/, '')

  return {
    name: 'searxng',
    queriesPerCall: 1,
    callsAtOnce: 2,
    async search([query = ''], { signal }) {
      const parameters = new URLSearchParams({ q: query, format: 'json', language: 'pt-BR', pageno: '1' })
      const headers = { accept: 'application/json' }
      const answer = await callApi(`${base}/search?${parameters}`, { method: 'GET', headers, timeoutMs, signal })
      if (answer.status === 403) {
        const what = 'This SearXNG does not serve JSON: add json to search.formats in its settings.yml.'
        throw new Failure('SEARCH_REFUSED', what)
      }
      if (answer.status !== 200) {
        const waitMs = retryAfterMs(answer.header('retry-after'), Date.now())
        const message = problem.safeParse(answer.json).data?.error
        throw searchFailure(answer.status, { message, retryAfterMs: waitMs })
      }
      const { data } = body.safeParse(answer.json)
      if (!data) throw unknownForm()
      // The engines it asks shut it out one after the other; an empty page is then their silence, not an answer.
      if (data.results.length === 0 && data.unresponsive_engines.length > 0) {
        throw new Failure('SEARCH_UNAVAILABLE', `Its engines did not answer${named(data.unresponsive_engines)}.`)
      }
      const results = readResults(data.results, ({ url, title, content }) => ({ url, title, snippet: content }))
      return { results: [results], credits: 0 }
    },
  }
}

/** Each is a pair of engine and reason. */
function named(engines: readonly unknown[]): string {
  const names = engines.flatMap((each) => (Array.isArray(each) ? [each.filter(isText).join(': ')] : []))
  return names.length > 0 ? ` (${names.join(', ').slice(0, 200)})` : ''
}

const isText = (value: unknown): value is string => typeof value === 'string'
