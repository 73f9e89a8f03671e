import { callApi } from './call-api.ts'
import { retryAfterMs } from './retry-after.ts'
import { searchFailure, unknownForm } from './search-failure.ts'
import type { SearchProvider } from './search-provider.ts'
import { parseEnvelope, readAnswer } from './serpshot-answer.ts'

const TIMEOUT_MS = 30_000
const common = { type: 'search', num: 10, page: 1, gl: 'br', hl: 'pt-BR', lr: 'pt-BR', location: 'BR' }

/** Google results for Brazil through Serpshot, 100 queries a call. `baseUrl` may have a path of its own. */
export function createSerpshot(options: { baseUrl: string; key: string; timeoutMs?: number }): SearchProvider {
  const { key, timeoutMs = TIMEOUT_MS } = options
  const url = `${options.baseUrl.replace(/\/+$/, '')}/api/search/google`
  const headers = { 'x-api-key': key, 'content-type': 'application/json', accept: 'application/json' }

  return {
    name: 'serpshot',
    queriesPerCall: 100,
    callsAtOnce: 2,
    async search(queries, { signal }) {
      const body = JSON.stringify({ queries, ...common })
      const { status, header, json } = await callApi(url, { method: 'POST', headers, body, timeoutMs, signal })
      const envelope = parseEnvelope(json)
      // The same numbers come as HTTP status, and as `code` in the body of a 200.
      const code = status === 200 ? (envelope?.code ?? 200) : status
      if (code !== 200) {
        const waitMs = retryAfterMs(header('retry-after'), Date.now())
        throw searchFailure(code, { message: envelope?.message, retryAfterMs: waitMs, key })
      }
      const found = envelope && readAnswer(envelope, queries)
      if (!found) throw unknownForm()
      return found
    },
  }
}
