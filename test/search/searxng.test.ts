import { expect, test } from 'vitest'
import { createSearxng } from '../../src/search/searxng.ts'
import { forever, json, type Reply, serve } from './serp-server.ts'

async function searchFor(reply: Reply) {
  const { origin, seen } = await serve(reply)
  const provider = createSearxng({ baseUrl: `${origin}/busca/` })
  return { seen, answer: provider.search(['pão & cia'], { signal: forever() }) }
}

const results = [{ url: 'https://padaria.com.br/', title: 'Padaria', content: 'Pães', engine: 'x' }]

test("the request has the instance's form, under whatever path the base URL has, and is free", async () => {
  const { seen, answer } = await searchFor((response) => json(response, 200, { results, unresponsive_engines: [] }))
  expect(await answer).toEqual({
    results: [[{ title: 'Padaria', url: 'https://padaria.com.br/', snippet: 'Pães', position: 1 }]],
    credits: 0,
  })
  expect(seen).toMatchObject([{ method: 'GET', path: '/busca/search' }])
  const asked = { q: 'pão & cia', format: 'json', language: 'pt-BR', pageno: '1' }
  expect(Object.fromEntries(seen[0]!.query)).toEqual(asked)
})

test('nothing found is an empty list only if every engine answered', async () => {
  const found = await searchFor((response) => json(response, 200, { results: [], unresponsive_engines: [] }))
  expect((await found.answer).results).toEqual([[]])

  const engines = [
    ['google', 'timeout'],
    ['brave', 'too many requests'],
  ]
  const silent = await searchFor((response) => json(response, 200, { results: [], unresponsive_engines: engines }))
  await expect(silent.answer).rejects.toMatchObject({ code: 'SEARCH_UNAVAILABLE' })
  await expect(silent.answer).rejects.toThrow('google: timeout, brave: too many requests')
})

test('results count although some engine was silent', async () => {
  const { answer } = await searchFor((response) =>
    json(response, 200, { results, unresponsive_engines: [['google', 'timeout']] }),
  )
  expect((await answer).results).toMatchObject([[{ url: 'https://padaria.com.br/' }]])
})

test('403 says that the instance does not serve JSON, and how it would', async () => {
  const { answer } = await searchFor((response) => response.writeHead(403).end('<h1>403 Forbidden</h1>'))
  await expect(answer).rejects.toMatchObject({ code: 'SEARCH_REFUSED' })
  await expect(answer).rejects.toThrow(/does not serve JSON.*settings\.yml/)
})

test.each<[string, number, unknown, string]>([
  ['429', 429, {}, 'SEARCH_RATE_LIMITED'],
  ['500', 500, {}, 'SEARCH_UNAVAILABLE'],
  ['an error inside a 200', 200, { error: 'no query' }, 'SEARCH_UNAVAILABLE'],
  ['results of another type', 200, { results: {} }, 'SEARCH_UNAVAILABLE'],
])('%s is a failure with its own code', async (_name, status, body, code) => {
  const { answer } = await searchFor((response) => json(response, status, body))
  await expect(answer).rejects.toMatchObject({ name: 'Failure', code })
})
