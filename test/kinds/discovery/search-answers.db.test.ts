import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSearchAnswers } from '../../../src/kinds/discovery/search-answers.ts'
import type { SearchResult } from '../../../src/search/search-provider.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const result = (url: string): SearchResult => ({ title: 'Pão', url, snippet: '', position: 1 })
const answers = (days = 30) => createSearchAnswers(database.sql, days)!
const makeOlder = (query: string, hours: number) => database.sql`
  update search_answers set answered_at = answered_at - make_interval(hours => ${hours}) where query = ${query}`

test('what is stored is found as it was, and what is not known is absent', async () => {
  const graph: SearchResult = { ...result('https://b.com/'), position: 0, isKnowledgeGraph: true }
  const kept = [
    { query: 'kept b', results: [graph, result('https://c.com/')], provider: 'serper' },
    { query: 'kept a', results: [], provider: 'serpshot' },
  ]
  await answers().store(kept)
  const found = await answers().find(['kept a', 'kept b', 'kept c'])
  expect(found).toEqual(new Map(kept.map(({ query, results }) => [query, results])))
})

test('an answer is good for the days that are set, an empty one for a day', async () => {
  await answers().store([
    { query: 'full', results: [result('https://a.com/')], provider: 'x' },
    { query: 'empty', results: [], provider: 'x' },
  ])
  const both = ['full', 'empty']
  await makeOlder('full', 23)
  await makeOlder('empty', 23)
  expect([...(await answers(2).find(both)).keys()].sort()).toEqual(['empty', 'full'])
  await makeOlder('full', 24)
  await makeOlder('empty', 24)
  expect([...(await answers(2).find(both)).keys()]).toEqual(['full'])
  expect([...(await answers(1).find(both)).keys()]).toEqual([])
  await makeOlder('full', 24)
  expect([...(await answers(2).find(both)).keys()]).toEqual([])
})

test('a newer answer takes the place of an older one, and is new again', async () => {
  await answers().store([{ query: 'again', results: [result('https://a.com/')], provider: 'x' }])
  await makeOlder('again', 10_000)
  expect((await answers().find(['again'])).size).toBe(0)
  await answers().store([{ query: 'again', results: [result('https://b.com/')], provider: 'y' }])
  expect((await answers().find(['again'])).get('again')).toEqual([result('https://b.com/')])
})

test('what Postgres refuses to hold is stored without it, and one query twice is no error', async () => {
  const odd = { ...result('https://a.com/'), title: 'a\u0000b\ud800' }
  await answers().store([
    { query: 'odd', results: [], provider: 'x' },
    { query: 'odd', results: [odd], provider: 'x' },
  ])
  expect((await answers().find(['odd'])).get('odd')?.[0]?.title).toBe('ab\ufffd')
})

test('many who store the same queries in other orders at once all succeed', async () => {
  const some = Array.from({ length: 50 }, (_, index) => ({ query: `q${index}`, results: [], provider: 'x' }))
  const stores = Array.from({ length: 40 }, (_, turn) => answers().store(turn % 2 ? some : some.toReversed()))
  await Promise.all(stores)
  expect((await answers().find(some.map(({ query }) => query))).size).toBe(50)
})

test('with 0 days there is no cache', () => {
  expect(createSearchAnswers(database.sql, 0)).toBeNull()
})
