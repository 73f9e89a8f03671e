import { z } from 'zod'
import { callApi } from './call-api.ts'
import { readResults } from './read-result.ts'
import { retryAfterMs } from './retry-after.ts'
import { searchFailure, unknownForm } from './search-failure.ts'
import type { SearchProvider, SearchResult } from './search-provider.ts'

const TIMEOUT_MS = 15_000

// An answer echoes the query in `searchParameters` also when there is nothing else in it.
const body = z.object({
  organic: z.array(z.unknown()).optional().catch(undefined),
  knowledgeGraph: z.record(z.string(), z.unknown()).optional().catch(undefined),
  searchParameters: z.record(z.string(), z.unknown()).optional().catch(undefined),
  credits: z.coerce.number().nonnegative().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  statusCode: z.number().optional().catch(undefined),
})

/** Google results for Brazil through Serper, one query a call. What Google knows as the company's site comes first. */
export function createSerper(options: { key: string; baseUrl?: string; timeoutMs?: number }): SearchProvider {
  const { key, baseUrl = 'https://google.serper.dev', timeoutMs = TIMEOUT_MS } = options
  const headers = { 'x-api-key': key, 'content-type': 'application/json', accept: 'application/json' }

  return {
    name: 'serper',
    queriesPerCall: 1,
    callsAtOnce: 4,
    async search([query], { signal }) {
      const { status, header, json } = await callApi(`${baseUrl.replace(/\/+$/, '')}/search`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ q: query, gl: 'br', hl: 'pt-br', num: 10, page: 1 }),
        timeoutMs,
        signal,
      })
      const { data: answer } = body.safeParse(json)
      const isAnswer = Boolean(answer?.organic ?? answer?.knowledgeGraph ?? answer?.searchParameters)
      if (status !== 200 || (answer?.message !== undefined && !isAnswer)) {
        const waitMs = retryAfterMs(header('retry-after'), Date.now())
        const said = status === 200 ? (answer?.statusCode ?? 400) : status
        throw searchFailure(said, { message: answer?.message, retryAfterMs: waitMs, key })
      }
      if (!answer || !isAnswer) throw unknownForm()
      const organic = readResults(answer.organic ?? [], ({ link, title, snippet, position }) => ({
        url: link,
        title,
        snippet,
        position,
      }))
      return { results: [[...readKnowledgeGraph(answer.knowledgeGraph), ...organic]], credits: answer.credits ?? 0 }
    },
  }
}

function readKnowledgeGraph(graph: Record<string, unknown> | undefined): SearchResult[] {
  if (!graph) return []
  const found = readResults([graph], ({ website, title, type }) => ({ url: website, title, snippet: type }))
  return found.map((result) => ({ ...result, position: 0, isKnowledgeGraph: true }))
}
