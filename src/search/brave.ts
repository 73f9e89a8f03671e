import { z } from 'zod'
import { type ApiAnswer, callApi } from './call-api.ts'
import { readResults } from './read-result.ts'
import { retryAfterMs } from './retry-after.ts'
import { searchFailure, unknownForm } from './search-failure.ts'
import type { SearchProvider } from './search-provider.ts'

const TIMEOUT_MS = 15_000
/** More than 50 words are refused (HTTP 422); queries are shorter than its 400 characters already. */
const WORDS_LIMIT = 50
/** A window that opens again later than this is the plan's, not the second's. */
const PLAN_WINDOW_SECONDS = 3_600

const maybeText = z.string().optional().catch(undefined)
const body = z.object({
  type: maybeText,
  query: z.unknown().optional(),
  web: z
    .object({ results: z.array(z.unknown()).catch([]) })
    .optional()
    .catch(undefined),
  error: z.object({ code: maybeText, detail: maybeText }).optional().catch(undefined),
})
type Body = z.infer<typeof body>

/** Brave's own index, for Brazil, one query a call and one after the other: small plans allow one a second. */
export function createBrave(options: { key: string; baseUrl?: string; timeoutMs?: number }): SearchProvider {
  const { key, baseUrl = 'https://api.search.brave.com', timeoutMs = TIMEOUT_MS } = options
  const headers = { 'x-subscription-token': key, accept: 'application/json' }

  return {
    name: 'brave',
    queriesPerCall: 1,
    callsAtOnce: 1,
    async search([query = ''], { signal }) {
      const q = query.split(' ').slice(0, WORDS_LIMIT).join(' ')
      const parameters = new URLSearchParams({ q, country: 'BR', count: '20', offset: '0' })
      const url = `${baseUrl.replace(/\/+$/, '')}/res/v1/web/search?${parameters}`
      const answer = await callApi(url, { method: 'GET', headers, timeoutMs, signal })
      const { data } = body.safeParse(answer.json)
      if (answer.status !== 200 || data?.error) throw braveFailure(answer, data, key)
      // Where nothing was found `web` is absent; the answer still says that it is one.
      if (!data || !(data.web ?? data.query ?? data.type)) throw unknownForm()
      const results = readResults(data.web?.results ?? [], ({ url: address, title, description }) => ({
        url: address,
        title: withoutMarkup(title),
        snippet: withoutMarkup(description),
      }))
      return { results: [results], credits: 1 }
    },
  }
}

/** The codes are clearer than the statuses: a wrong key is 422, and a used-up plan 429 like one call too many. */
function braveFailure(answer: ApiAnswer, data: Body | undefined, key: string) {
  const { code, detail } = data?.error ?? {}
  const message = [code, detail].filter(Boolean).join(': ') || undefined
  const status = answer.status === 200 ? statusOf(code) : answer.status
  if (code === 'SUBSCRIPTION_TOKEN_INVALID') return searchFailure(401, { message, key })
  if (status !== 429) return searchFailure(status, { message, key })
  const resetSeconds = secondsToReset(answer)
  const isUsedUp = code === 'QUOTA_LIMITED' || (resetSeconds ?? 0) > PLAN_WINDOW_SECONDS
  if (isUsedUp) return searchFailure(402, { message, key })
  const asked = answer.header('retry-after') ?? resetSeconds?.toString()
  return searchFailure(429, { message, retryAfterMs: retryAfterMs(asked, Date.now()), key })
}

const statusOf = (code: string | undefined): number => (/LIMITED$/.test(code ?? '') ? 429 : 400)

/**
 * Limit, remaining and reset are lists with a number a window: of the second, of the month. It is the used-up ones that
 * have to be waited for; where that is not said, the shortest.
 */
function secondsToReset({ header }: ApiAnswer): number | undefined {
  const numbers = (name: string) => (header(name) ?? '').split(',').map((part) => Number.parseInt(part, 10))
  const resets = numbers('x-ratelimit-reset')
  const remaining = numbers('x-ratelimit-remaining')
  const known = resets.filter((seconds) => seconds >= 0)
  const usedUp = resets.filter((seconds, window) => seconds >= 0 && remaining[window] === 0)
  if (usedUp.length > 0) return Math.max(...usedUp)
  return known.length > 0 ? Math.min(...known) : undefined
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'", '#39': "'", nbsp: ' ' }

/** Words that fit the query are set in `<strong>`, and the rest is escaped for HTML. */
function withoutMarkup(value: unknown): unknown {
  if (typeof value !== 'string') return value
  return value
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/&(#?\w{2,5});/g, (all, name: string) => entities[name.toLowerCase()] ?? all)
}
