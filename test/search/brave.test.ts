import { expect, test } from 'vitest'
import { createBrave } from '../../src/search/brave.ts'
import { forever, json, type Reply, serve } from './serp-server.ts'

async function searchFor(reply: Reply, query = 'padaria curitiba') {
  const { origin, seen } = await serve(reply)
  const provider = createBrave({ key: 'the-key', baseUrl: origin })
  return { seen, answer: provider.search([query], { signal: forever() }) }
}

test("the request has the provider's form, and a call is one credit", async () => {
  const results = [{ title: 'Padaria', url: 'https://padaria.com.br/', description: 'Pães' }]
  const { seen, answer } = await searchFor((response) => json(response, 200, { type: 'search', web: { results } }))
  expect(await answer).toEqual({
    results: [[{ title: 'Padaria', url: 'https://padaria.com.br/', snippet: 'Pães', position: 1 }]],
    credits: 1,
  })
  expect(seen).toMatchObject([
    { method: 'GET', path: '/res/v1/web/search', headers: { 'x-subscription-token': 'the-key' } },
  ])
  const asked = { q: 'padaria curitiba', country: 'BR', count: '20', offset: '0' }
  expect(Object.fromEntries(seen[0]!.query)).toEqual(asked)
})

test('a query of more than 50 words is cut to them', async () => {
  const query = Array.from({ length: 60 }, (_, index) => `w${index}`).join(' ')
  const { seen, answer } = await searchFor((response) => json(response, 200, { type: 'search' }), query)
  await answer
  expect(seen[0]!.query.get('q')!.split(' ')).toHaveLength(50)
})

test('where nothing was found `web` is absent', async () => {
  const { answer } = await searchFor((response) => json(response, 200, { type: 'search', query: { original: 'x' } }))
  expect(await answer).toEqual({ results: [[]], credits: 1 })
})

test('markup and escapes in titles and descriptions become text', async () => {
  const results = [
    {
      title: '<strong>Padaria</strong> P&atilde;o &amp; Cia',
      url: 'https://a.com/',
      description: '5 < 6 &#x27;x&#x27;',
    },
  ]
  const { answer } = await searchFor((response) => json(response, 200, { web: { results } }))
  expect((await answer).results[0]).toMatchObject([{ title: 'Padaria P&atilde;o & Cia', snippet: "5 < 6 'x'" }])
})

const error = (code: string) => ({ type: 'ErrorResponse', error: { code, detail: 'Words.' } })
const limit = { 'x-ratelimit-limit': '1, 2000' }

test.each<[string, number, unknown, Record<string, string>, string, number | undefined]>([
  ['a wrong key', 422, error('SUBSCRIPTION_TOKEN_INVALID'), {}, 'SEARCH_KEY_REJECTED', undefined],
  ['a query it does not take', 422, error('VALIDATION'), {}, 'SEARCH_REFUSED', undefined],
  ['401', 401, {}, {}, 'SEARCH_KEY_REJECTED', undefined],
  ['402', 402, {}, {}, 'SEARCH_NO_CREDITS', undefined],
  ['429', 429, error('RATE_LIMITED'), {}, 'SEARCH_RATE_LIMITED', undefined],
  ['429 inside a 200', 200, error('RATE_LIMITED'), {}, 'SEARCH_RATE_LIMITED', undefined],
  [
    '429 with the resets alone: the shorter one',
    429,
    error('RATE_LIMITED'),
    { 'x-ratelimit-reset': '2, 1419704' },
    'SEARCH_RATE_LIMITED',
    2_000,
  ],
  [
    "429 with the second's window used up",
    429,
    error('RATE_LIMITED'),
    { ...limit, 'x-ratelimit-remaining': '0, 1999', 'x-ratelimit-reset': '3, 1419704' },
    'SEARCH_RATE_LIMITED',
    3_000,
  ],
  [
    "429 with the month's window used up",
    429,
    error('RATE_LIMITED'),
    { ...limit, 'x-ratelimit-remaining': '1, 0', 'x-ratelimit-reset': '1, 1419704' },
    'SEARCH_NO_CREDITS',
    undefined,
  ],
  ['a used-up quota', 429, error('QUOTA_LIMITED'), {}, 'SEARCH_NO_CREDITS', undefined],
  [
    '429 with unreadable resets',
    429,
    error('RATE_LIMITED'),
    { 'x-ratelimit-reset': 'soon' },
    'SEARCH_RATE_LIMITED',
    undefined,
  ],
  ['429 with Retry-After', 429, {}, { 'retry-after': '7' }, 'SEARCH_RATE_LIMITED', 7_000],
  ['a 200 with nothing known', 200, {}, {}, 'SEARCH_UNAVAILABLE', undefined],
])('%s', async (_name, status, body, headers, code, retryAfterMs) => {
  const { answer } = await searchFor((response) => json(response, status, body, headers))
  await expect(answer).rejects.toMatchObject({ name: 'Failure', code, retryAfterMs })
})
