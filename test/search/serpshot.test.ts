import { expect, test } from 'vitest'
import { createSerpshot } from '../../src/search/serpshot.ts'
import { json, type Reply, serve, urls } from './serp-server.ts'

const item = (q: string, link: string, extra: object = {}) => ({
  search_params: { q, type: 'search' },
  search_info: { total_results: 'About 12,300,000 results', search_time: '0.45' },
  results: [{ title: `About ${q}`, link, snippet: 'a snippet', position: 1 }],
  credits: 1,
  ...extra,
})

async function searchFor(queries: string[], reply: Reply, options: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  const { origin, seen } = await serve(reply)
  const timeout = options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }
  const provider = createSerpshot({ baseUrl: `${origin}/serp`, key: 'the-key', ...timeout })
  return { seen, answer: provider.search(queries, { signal: options.signal ?? new AbortController().signal }) }
}

test("the request has the provider's form, under whatever path the base URL has", async () => {
  const { seen, answer } = await searchFor(['q1', 'q2'], (response) => json(response, 200, { code: 200, data: [] }))
  expect(await answer).toEqual({ results: [null, null], credits: 0 })
  expect(seen).toHaveLength(1)
  expect(seen[0]).toMatchObject({ method: 'POST', path: '/serp/api/search/google' })
  expect(seen[0]?.headers).toMatchObject({ 'x-api-key': 'the-key', 'content-type': 'application/json' })
  expect(seen[0]?.body).toEqual({
    queries: ['q1', 'q2'],
    type: 'search',
    num: 10,
    page: 1,
    gl: 'br',
    hl: 'pt-BR',
    lr: 'pt-BR',
    location: 'BR',
  })
})

test('one query answered by an object gives one list', async () => {
  const { answer } = await searchFor(['q1'], (response) =>
    json(response, 200, { code: 200, msg: 'Success', data: item('q1', 'https://a.com.br/') }),
  )
  expect(await answer).toEqual({
    results: [[{ title: 'About q1', url: 'https://a.com.br/', snippet: 'a snippet', position: 1 }]],
    credits: 1,
  })
})

test('a list that is shuffled and shorter is matched by the query each item names', async () => {
  const { answer } = await searchFor(['q1', 'q2', 'q3'], (response) =>
    json(response, 200, { code: 200, data: [item('Q3 ', 'https://c.com/'), item('q1', 'https://a.com/')] }),
  )
  const { results, credits } = await answer
  expect(urls(results)).toEqual([['https://a.com/'], null, ['https://c.com/']])
  expect(credits).toBe(2)
})

test('items that name no query are taken in order, also when one of them failed', async () => {
  const { search_params: _, ...first } = item('', 'https://a.com/')
  const { search_params: __, ...third } = item('', 'https://c.com/')
  const { answer } = await searchFor(['q1', 'q2', 'q3'], (response) =>
    json(response, 200, { code: 200, data: [first, { error: 'no results' }, third] }),
  )
  expect(urls((await answer).results)).toEqual([['https://a.com/'], null, ['https://c.com/']])
})

test('flat answers are read: credits_used, and results beside the code', async () => {
  const flat = {
    total_results: 'About 3',
    search_time: '0.1',
    credits_used: 2,
    results: item('q', 'https://a.com/').results,
  }
  const inData = await searchFor(['q'], (response) => json(response, 200, { code: 200, data: flat }))
  const onTop = await searchFor(['q'], (response) => json(response, 200, { code: '200', ...flat }))
  for (const { answer } of [inData, onTop]) {
    const { results, credits } = await answer
    expect(urls(results)).toEqual([['https://a.com/']])
    expect(credits).toBe(2)
  }
})

test('links that are no web address are dropped, and missing fields filled in', async () => {
  const results = [
    { link: 'javascript:alert(1)' },
    { title: 'no link' },
    null,
    { link: '/url?q=x' },
    { link: 'http://padaria.com.br', title: null, position: 'x' },
  ]
  const { answer } = await searchFor(['q'], (response) => json(response, 200, { code: 200, data: { results } }))
  expect((await answer).results).toEqual([[{ title: '', url: 'http://padaria.com.br/', snippet: '', position: 5 }]])
})

test('a query that nothing was found for is told from one that was left out', async () => {
  const { answer } = await searchFor(['q1', 'q2'], (response) =>
    json(response, 200, { code: 200, data: [item('q1', 'https://a.com/', { results: [] })] }),
  )
  expect((await answer).results).toEqual([[], null])
})

const failures: [name: string, code: string, reply: Reply][] = [
  ['HTTP 400', 'SEARCH_REFUSED', (response) => json(response, 400, { code: 400, msg: 'Bad request' })],
  [
    'HTTP 400 about the key',
    'SEARCH_KEY_REJECTED',
    (response) => json(response, 400, { code: 400, msg: 'Invalid API key' }),
  ],
  [
    'an own code for no credits',
    'SEARCH_NO_CREDITS',
    (response) => json(response, 200, { code: 1004, msg: 'Insufficient credits' }),
  ],
  ['HTTP 401', 'SEARCH_KEY_REJECTED', (response) => json(response, 401, { code: 401, msg: 'Invalid API key' })],
  ['HTTP 402', 'SEARCH_NO_CREDITS', (response) => json(response, 402, { code: 402, msg: 'Insufficient credits' })],
  ['HTTP 429', 'SEARCH_RATE_LIMITED', (response) => json(response, 429, { code: 429, msg: 'Too many requests' })],
  ['HTTP 500', 'SEARCH_UNAVAILABLE', (response) => json(response, 500, {})],
  ['HTTP 502 in HTML', 'SEARCH_UNAVAILABLE', (response) => response.writeHead(502).end('<html>Bad gateway</html>')],
  [
    'code 401 in a 200',
    'SEARCH_KEY_REJECTED',
    (response) => json(response, 200, { code: 401, msg: 'Invalid API key' }),
  ],
  ['code 402 in a 200', 'SEARCH_NO_CREDITS', (response) => json(response, 200, { code: 402, msg: 'No credits' })],
  ['code 429 in a 200', 'SEARCH_RATE_LIMITED', (response) => json(response, 200, { code: 429, msg: 'Slow down' })],
  ['code 500 in a 200', 'SEARCH_UNAVAILABLE', (response) => json(response, 200, { code: 500, msg: 'Oops', data: [] })],
  ['garbage', 'SEARCH_UNAVAILABLE', (response) => response.end('<html>')],
  ['a success without data', 'SEARCH_UNAVAILABLE', (response) => json(response, 200, { code: 200, data: null })],
  ['a broken connection', 'SEARCH_UNAVAILABLE', (response) => response.destroy()],
  [
    'over 2 MB',
    'SEARCH_UNAVAILABLE',
    (response) => json(response, 200, { data: [], pad: 'x'.repeat(2 * 1024 * 1024) }),
  ],
]

test.each(failures)('%s is %s', async (_name, code, reply) => {
  const { answer, seen } = await searchFor(['q'], reply)
  await expect(answer).rejects.toMatchObject({ name: 'Failure', code })
  expect(seen).toHaveLength(1)
})

test.each([
  ['7', 7_000],
  ['0', 1_000],
  ['86400', 600_000],
  ['Fri, 01 Jan 2100 00:00:00 GMT', 600_000],
  ['Fri, 01 Jan 2010 00:00:00 GMT', 1_000],
  ['soon', undefined],
])('Retry-After %s asks for %s ms', async (header, retryAfterMs) => {
  const { answer } = await searchFor(['q'], (response) => json(response, 429, {}, { 'retry-after': header }))
  await expect(answer).rejects.toMatchObject({ code: 'SEARCH_RATE_LIMITED', retryAfterMs })
})

test('a provider that never answers is SEARCH_UNAVAILABLE after the time-out', async () => {
  const { answer } = await searchFor(['q'], () => {}, { timeoutMs: 50 })
  await expect(answer).rejects.toMatchObject({ code: 'SEARCH_UNAVAILABLE' })
})

test("the caller's abort ends the request with the caller's own reason", async () => {
  const abort = new AbortController()
  const reason = new Error('cancelled')
  let closed: () => void = () => {}
  const wasClosed = new Promise<void>((resolve) => {
    closed = resolve
  })
  const { answer } = await searchFor(
    ['q'],
    (response) => {
      response.on('close', closed)
      abort.abort(reason)
    },
    { signal: abort.signal },
  )
  await expect(answer).rejects.toBe(reason)
  await wasClosed
})

test('a charge below nothing, or that is no number, is none', async () => {
  const charges = [-5, 2, '-1', 'x']
  const queries = charges.map((_, index) => `q${index}`)
  const { answer } = await searchFor(queries, (response) =>
    json(response, 200, {
      code: 200,
      data: charges.map((credits, index) => item(`q${index}`, 'https://a.com/', { credits })),
    }),
  )
  expect((await answer).credits).toBe(2)
})
