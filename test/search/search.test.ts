import { expect, test } from 'vitest'
import type { ProviderAnswer } from '../../src/search/ask-providers.ts'
import { createSearch, type SearchCache } from '../../src/search/search.ts'
import type { SearchResult } from '../../src/search/search-provider.ts'
import { createSerper } from '../../src/search/serper.ts'
import { createSerpshot } from '../../src/search/serpshot.ts'
import { until } from '../support/poll.ts'
import { forever, json, type Reply, serve, urls } from './serp-server.ts'

const host = (q: string) => `https://${q.replaceAll(' ', '')}.com/`
const finds: Reply = (response, { body }) =>
  json(response, 200, {
    code: 200,
    data: body.queries.map((q) => ({ search_params: { q }, results: [{ link: host(q) }], credits: 1 })),
  })

const memory = (kept = new Map<string, SearchResult[]>()) => {
  const cache: SearchCache = {
    find: async (queries) => new Map(queries.flatMap((key) => (kept.has(key) ? [[key, kept.get(key)!]] : []))),
    async store(answers: readonly ProviderAnswer[]) {
      for (const { query, results } of answers) kept.set(query, results)
    },
  }
  return { cache, kept }
}

async function searchWith({ reply = finds, cache = memory().cache as SearchCache | null } = {}) {
  const state = { reply }
  const { origin, seen } = await serve((response, call) => state.reply(response, call))
  const warnings: string[] = []
  const log = { debug() {}, info() {}, warn: (_fields: object, message: string) => void warnings.push(message) }
  const { search } = createSearch({ providers: [createSerpshot({ baseUrl: origin, key: 'k' })], cache, log })
  return {
    state,
    seen,
    warnings,
    search: (queries: string[], signal = forever(), onCharged = (_: number) => {}) =>
      search(queries, { signal, onCharged }),
  }
}

test('a query is asked once; asked again, in whatever case and spacing, it costs no call and no credits', async () => {
  const { search, seen } = await searchWith()
  expect(await search(['padaria real'])).toMatchObject({ credits: 1, cached: 0, provider: 'serpshot' })
  const again = await search(['  PADARIA\t real\n'])
  expect(again).toMatchObject({ credits: 0, cached: 1, provider: null })
  expect(urls(again.results)).toEqual([['https://padariareal.com/']])
  expect(seen).toHaveLength(1)
})

test('only what is not known is asked, and the answers keep the order of the queries', async () => {
  const { search, seen } = await searchWith()
  await search(['b'])
  const { results, ...account } = await search(['a', 'b', 'c', 'A', ' '])
  expect(urls(results)).toEqual([[host('a')], [host('b')], [host('c')], [host('a')], []])
  expect(account).toEqual({ credits: 2, cached: 1, provider: 'serpshot' })
  expect(seen.map(({ body }) => body.queries)).toEqual([['b'], ['a', 'c']])
})

test('queries go out without control characters and no longer than 400 characters', async () => {
  const { search, seen } = await searchWith()
  await search([`a\u0000b\r\n${'😀'.repeat(500)}`])
  expect(seen[0]!.body.queries).toEqual([`a b ${'😀'.repeat(396)}`])
})

test('two jobs that ask the same at once are answered by one call, which the first of them pays', async () => {
  const { search, seen, state } = await searchWith()
  let answer = () => {}
  state.reply = (response, call) => {
    answer = () => finds(response, call)
  }
  const charges: string[] = []
  const first = search(['a', 'b'], forever(), (credits) => void charges.push(`first ${credits}`))
  await until('the call', () => seen.length === 1)
  state.reply = finds
  const second = search(['B', 'c'], forever(), (credits) => void charges.push(`second ${credits}`))
  await until('the call for what nobody asked yet', () => seen.length === 2)
  answer()
  expect(await first).toMatchObject({ credits: 2, cached: 0, provider: 'serpshot' })
  expect(await second).toMatchObject({ credits: 1, cached: 1, provider: 'serpshot' })
  expect(charges.sort()).toEqual(['first 2', 'second 1'])
  expect(urls((await second).results)).toEqual([[host('b')], [host('c')]])
  expect(seen.map(({ body }) => body.queries)).toEqual([['a', 'b'], ['c']])
})

test('a job that is cancelled does not take the call from another that waits for it', async () => {
  const { search, seen, state } = await searchWith()
  let answer = () => {}
  let isClosed = false
  state.reply = (response, call) => {
    response.on('close', () => {
      isClosed = true
    })
    answer = () => finds(response, call)
  }
  const abort = new AbortController()
  const cancelled = search(['a'], abort.signal)
  await until('the call', () => seen.length === 1)
  const other = search(['a'])
  abort.abort(new Error('cancelled'))
  await expect(cancelled).rejects.toThrow('cancelled')
  expect(isClosed).toBe(false)
  answer()
  expect(urls((await other).results)).toEqual([[host('a')]])
  expect(seen).toHaveLength(1)
})

test('when every job that waits for a call is cancelled the call ends, and whoever asks next begins another', async () => {
  const { search, seen, state } = await searchWith()
  let isClosed = false
  state.reply = (response) =>
    void response.on('close', () => {
      isClosed = true
    })
  const abort = new AbortController()
  const cancelled = [search(['a'], abort.signal), search(['a'], abort.signal)]
  const ends = Promise.allSettled(cancelled)
  await until('the call', () => seen.length === 1)
  abort.abort(new Error('cancelled'))
  await ends
  state.reply = finds
  expect(await search(['a'])).toMatchObject({ credits: 1 })
  await until('the connection to be closed', () => isClosed)
})

test('a failure reaches everybody who waits, and is not remembered', async () => {
  const { search, seen, state } = await searchWith()
  let answer = () => {}
  state.reply = (response) => {
    answer = () => json(response, 500, {})
  }
  const both = Promise.allSettled([search(['a']), search(['a'])])
  await until('the call', () => seen.length === 1)
  answer()
  for (const outcome of await both) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'SEARCH_UNAVAILABLE' } })
  }
  state.reply = finds
  expect(await search(['a'])).toMatchObject({ credits: 1 })
})

test('what was answered before another query failed costs nothing when the job tries again', async () => {
  const { origin, seen } = await serve((response, { body }) =>
    body.q === 'b' && seen.filter((call) => call.body.q === 'b').length === 1
      ? json(response, 500, {})
      : json(response, 200, { organic: [{ link: host(body.q) }], credits: 1 }),
  )
  const provider = { ...createSerper({ baseUrl: origin, key: 'k' }), callsAtOnce: 1 }
  const log = { debug() {}, info() {}, warn() {} }
  const { search } = createSearch({ providers: [provider], cache: memory().cache, log })
  await expect(search(['a', 'b'], { signal: forever() })).rejects.toMatchObject({ code: 'SEARCH_UNAVAILABLE' })
  expect(await search(['a', 'b'], { signal: forever() })).toMatchObject({ credits: 1, cached: 1 })
  expect(seen.map(({ body }) => body.q)).toEqual(['a', 'b', 'b'])
})

test('an empty answer is kept, and a query that was left out is not', async () => {
  const { cache, kept } = memory()
  const reply: Reply = (response) =>
    json(response, 200, { code: 200, data: [{ search_params: { q: 'a' }, results: [], credits: 1 }] })
  const { search } = await searchWith({ reply, cache })
  expect((await search(['a', 'b'])).results).toEqual([[], []])
  expect([...kept]).toEqual([['a', []]])
})

test('an answer is stored by the time that it is given, so that it outlives the process', async () => {
  const { cache, kept } = memory()
  const slow: SearchCache = {
    ...cache,
    store: (answers) => new Promise((done) => setTimeout(() => done(cache.store(answers)), 50)),
  }
  const { search } = await searchWith({ cache: slow })
  await search(['a'])
  expect([...kept.keys()]).toEqual(['a'])
})

test('a cache that fails costs credits, never the search', async () => {
  const fail = async () => {
    throw new Error('the database is away')
  }
  const { search, warnings } = await searchWith({ cache: { find: fail, store: fail } })
  expect(urls((await search(['a'])).results)).toEqual([[host('a')]])
  expect(warnings).toEqual(['search answers could not be looked up', 'search answers could not be stored'])
})

test('without a cache every search is a call', async () => {
  const { search, seen } = await searchWith({ cache: null })
  await search(['a'])
  expect(await search(['a'])).toMatchObject({ credits: 1, cached: 0 })
  expect(seen).toHaveLength(2)
})

test('a caller that has given up asks nobody', async () => {
  const { search, seen } = await searchWith()
  await expect(search(['a'], AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled')
  expect(seen).toEqual([])
})
