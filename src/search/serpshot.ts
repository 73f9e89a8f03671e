import { request } from 'undici'
import { Failure, type FailureCode } from '../errors.ts'
import { retryAfterMs } from './retry-after.ts'
import type { SearchProvider, SearchResult } from './search-provider.ts'
import { parseEnvelope, readResults } from './serpshot-answer.ts'

const TIMEOUT_MS = 30_000
const BODY_LIMIT_BYTES = 2 * 1024 * 1024
/** The most queries the provider takes in one call. */
const QUERIES_PER_CALL = 100

/**
 * Google results for Brazil through Serpshot. `baseUrl` may have a path of its own; more than 100 queries are
 * asked in several calls, one after another.
 */
export function createSerpshot(options: { baseUrl: string; key: string; timeoutMs?: number }): SearchProvider {
  const url = `${options.baseUrl.replace(/\/+$/, '')}/api/search/google`
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS

  async function searchOnce(queries: string[], signal: AbortSignal) {
    const { status, retryAfter, text } = await post(url, options.key, queries, timeoutMs, signal)
    const envelope = parseEnvelope(text)
    const code = status === 200 ? (envelope?.code ?? 200) : status
    if (code !== 200) throw serpshotFailure(code, envelope?.message, retryAfterMs(retryAfter, Date.now()))
    const found = envelope && readResults(envelope, queries)
    if (!found) throw new Failure('SEARCH_UNAVAILABLE', 'Its answer was not in a known form.')
    return found
  }

  return {
    name: 'serpshot',
    async search(queries, { signal }) {
      const results: SearchResult[][] = []
      let credits = 0
      for (let start = 0; start < queries.length; start += QUERIES_PER_CALL) {
        const found = await searchOnce(queries.slice(start, start + QUERIES_PER_CALL), signal)
        results.push(...found.results)
        credits += found.credits
      }
      return { results, credits }
    },
  }
}

async function post(url: string, key: string, queries: string[], timeoutMs: number, signal: AbortSignal) {
  try {
    const response = await request(url, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({
        queries,
        type: 'search',
        num: 10,
        page: 1,
        gl: 'br',
        hl: 'pt-BR',
        lr: 'pt-BR',
        location: 'BR',
      }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    const chunks: Buffer[] = []
    let sizeBytes = 0
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length
      if (sizeBytes > BODY_LIMIT_BYTES) throw new Failure('SEARCH_UNAVAILABLE', 'Its answer was too large.')
      chunks.push(chunk)
    }
    return {
      status: response.statusCode,
      retryAfter: response.headers['retry-after'],
      text: Buffer.concat(chunks).toString('utf8'),
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (error instanceof Failure) throw error
    throw new Failure('SEARCH_UNAVAILABLE', undefined, { cause: error })
  }
}

/** The same numbers come as HTTP status, and as `code` in the body of a 200. */
function serpshotFailure(code: number, message: string | undefined, waitMs: number | undefined): Failure {
  const detail = `It said ${code}${message ? `: ${message.slice(0, 200)}` : ''}.`
  const failureCode: FailureCode =
    code === 402 ? 'SEARCH_NO_CREDITS' : code === 429 ? 'SEARCH_RATE_LIMITED' : rejected(code)
  return new Failure(failureCode, detail, { retryAfterMs: waitMs })
}

/** 400 stands with the refusals because the same request would get the same answer. */
const rejected = (code: number): FailureCode =>
  [400, 401, 403].includes(code) ? 'SEARCH_KEY_REJECTED' : 'SEARCH_UNAVAILABLE'
