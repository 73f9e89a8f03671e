import { expect, test } from 'vitest'
import { createSerper } from '../../src/search/serper.ts'
import { forever, json, type Reply, serve } from './serp-server.ts'

async function searchFor(reply: Reply) {
  const { origin, seen } = await serve(reply)
  const provider = createSerper({ key: 'the-key', baseUrl: origin })
  return { seen, provider, answer: provider.search(['padaria curitiba'], { signal: forever() }) }
}

const organic = [{ title: 'Padaria', link: 'https://padaria.com.br/', snippet: 'Pães', position: 1 }]

test("the request has the provider's form", async () => {
  const { seen, provider, answer } = await searchFor((response) => json(response, 200, { organic, credits: 1 }))
  expect(await answer).toEqual({
    results: [[{ title: 'Padaria', url: 'https://padaria.com.br/', snippet: 'Pães', position: 1 }]],
    credits: 1,
  })
  expect(provider.queriesPerCall).toBe(1)
  expect(seen).toMatchObject([{ method: 'POST', path: '/search', headers: { 'x-api-key': 'the-key' } }])
  expect(seen[0]?.body).toEqual({ q: 'padaria curitiba', gl: 'br', hl: 'pt-br', num: 10, page: 1 })
})

test("the knowledge graph's website comes first, at position 0 and marked", async () => {
  const knowledgeGraph = { title: 'Padaria', type: 'Padaria em Curitiba', website: 'http://padaria.com.br' }
  const { answer } = await searchFor((response) => json(response, 200, { knowledgeGraph, organic, credits: 2 }))
  expect(await answer).toMatchObject({
    results: [
      [
        { url: 'http://padaria.com.br/', snippet: 'Padaria em Curitiba', position: 0, isKnowledgeGraph: true },
        { url: 'https://padaria.com.br/', position: 1 },
      ],
    ],
    credits: 2,
  })
  expect((await answer).results[0]?.[1]).not.toHaveProperty('isKnowledgeGraph')
})

test.each<[string, unknown]>([
  ['none', { title: 'Padaria' }],
  ['not a web address', { website: 'javascript:alert(1)' }],
  ['another type', { website: ['https://padaria.com.br'] }],
  ['in a graph that is none', 'https://padaria.com.br'],
])('a knowledge graph website that is %s is left out', async (_name, knowledgeGraph) => {
  const { answer } = await searchFor((response) => json(response, 200, { knowledgeGraph, organic }))
  expect((await answer).results).toMatchObject([[{ position: 1 }]])
})

test.each<[string, object]>([
  ['organic is empty', { organic: [], credits: 1 }],
  ['organic is absent', { searchParameters: { q: 'x' }, credits: 1 }],
])('nothing found is an empty list where %s', async (_name, body) => {
  const { answer } = await searchFor((response) => json(response, 200, body))
  expect(await answer).toEqual({ results: [[]], credits: 1 })
})

test.each<[string, number, unknown, string]>([
  ['400 without credits', 400, { message: 'Not enough credits', statusCode: 400 }, 'SEARCH_NO_CREDITS'],
  ['400 about the query', 400, { message: 'Query not allowed' }, 'SEARCH_REFUSED'],
  ['403', 403, { message: 'Unauthorized.', statusCode: 403 }, 'SEARCH_KEY_REJECTED'],
  ['429', 429, {}, 'SEARCH_RATE_LIMITED'],
  ['no credits inside a 200', 200, { message: 'Not enough credits' }, 'SEARCH_NO_CREDITS'],
  ['a status inside a 200', 200, { message: 'Unauthorized.', statusCode: 403 }, 'SEARCH_KEY_REJECTED'],
  ['a 200 with nothing known', 200, { ok: true }, 'SEARCH_UNAVAILABLE'],
])('%s is a failure with its own code', async (_name, status, body, code) => {
  const { answer } = await searchFor((response) => json(response, status, body))
  await expect(answer).rejects.toMatchObject({ name: 'Failure', code })
})

test('a key that the provider repeats is not in the message', async () => {
  const { answer } = await searchFor((response) => json(response, 403, { message: 'Unknown key the-key.' }))
  await expect(answer).rejects.toThrow('Unknown key ….')
})
