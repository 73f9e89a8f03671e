import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { Failure } from '../../src/errors.ts'
import { createAskProviders, type ProviderAnswer } from '../../src/search/ask-providers.ts'
import { createSearxng } from '../../src/search/searxng.ts'
import { createSerper } from '../../src/search/serper.ts'
import { createSerpshot } from '../../src/search/serpshot.ts'
import { until } from '../support/poll.ts'
import { forever, json, type Reply, serve, urls } from './serp-server.ts'

const minuteMs = 60_000

/** Two providers, each on a server that answers what the test says at the time, and a clock that the test sets. */
async function twoProviders() {
  const replies: { serpshot: Reply; serper: Reply } = { serpshot: serpshotFinds, serper: serperFinds }
  const serpshot = await serve((response, seen) => replies.serpshot(response, seen))
  const serper = await serve((response, seen) => replies.serper(response, seen))
  const clock = { ms: 0 }
  const log = createLogbook()
  const both = [
    createSerpshot({ baseUrl: serpshot.origin, key: 'k1' }),
    createSerper({ baseUrl: serper.origin, key: 'k2' }),
  ]
  const of = (providers: typeof both) => {
    const ask = createAskProviders(providers, { log, nowMs: () => clock.ms })
    return (
      queries: string[],
      { signal = forever(), onAnswers = (_: ProviderAnswer[]) => {}, onCharged = (_: number) => {} } = {},
    ) => ask(queries, { signal, onAnswers, onCharged })
  }
  const calls = () => [serpshot.seen.length, serper.seen.length]
  return { replies, clock, log, calls, serpshot, serper, ask: of(both), askSerpshotAlone: of(both.slice(0, 1)) }
}

function createLogbook() {
  const lines: string[] = []
  const warned = (level: string) => (fields: object, message: string) => {
    const { provider, code } = fields as { provider: string; code?: string }
    lines.push([level, provider, code, message].filter(Boolean).join(' '))
  }
  return { lines, debug() {}, info: warned('info'), warn: warned('warn') }
}

const host = (q: string) => `https://${q.replaceAll(' ', '')}.com/`
const serpshotFinds: Reply = (response, { body }) =>
  json(response, 200, {
    code: 200,
    data: body.queries.map((q) => ({ search_params: { q }, results: [{ link: host(q) }], credits: 1 })),
  })
const serperFinds: Reply = (response, { body }) =>
  json(response, 200, { organic: [{ link: `${host(body.q)}serper` }], credits: 1 })

const noCredits = (response: ServerResponse) => json(response, 402, { msg: 'Insufficient credits' })
const wrongKey = (response: ServerResponse) => json(response, 401, { msg: 'Invalid API key' })
const broken = (response: ServerResponse) => json(response, 500, {})
const tooMany = (seconds: string) => (response: ServerResponse) => json(response, 429, {}, { 'retry-after': seconds })

test('the first provider answers all queries in one call, and the second is not asked', async () => {
  const { ask, calls, serpshot } = await twoProviders()
  const { results, credits, providers } = await ask(['a', 'b'])
  expect(urls(results)).toEqual([['https://a.com/'], ['https://b.com/']])
  expect({ credits, providers }).toEqual({ credits: 2, providers: ['serpshot'] })
  expect(calls()).toEqual([1, 0])
  expect(serpshot.seen[0]!.body.queries).toEqual(['a', 'b'])
})

test('more queries than a call takes go in several, and the answers keep their order', async () => {
  const { ask, serpshot } = await twoProviders()
  const queries = Array.from({ length: 250 }, (_, index) => `q${index}`)
  const { results, credits } = await ask(queries)
  expect(serpshot.seen.map(({ body }) => body.queries.length).sort()).toEqual([100, 100, 50])
  expect(urls(results)).toEqual(queries.map((query) => [host(query)]))
  expect(credits).toBe(250)
})

test('without queries nobody is asked', async () => {
  const { ask, calls } = await twoProviders()
  expect(await ask([])).toEqual({ results: [], credits: 0, providers: [] })
  expect(calls()).toEqual([0, 0])
})

test('a provider of one query a call has few calls under way at once', async () => {
  let open = 0
  let most = 0
  const { origin } = await serve((response, { query }) => {
    most = Math.max(most, ++open)
    setTimeout(() => {
      open--
      json(response, 200, { results: [{ url: host(query.get('q')!) }] })
    }, 20)
  })
  const provider = createSearxng({ baseUrl: origin })
  const ask = createAskProviders([provider], { log: createLogbook() })
  const queries = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  expect(urls((await ask(queries, { signal: forever() })).results)).toEqual(queries.map((query) => [host(query)]))
  expect(most).toBe(provider.callsAtOnce)
})

test.each<[string, Reply]>([
  ['is out of credits', noCredits],
  ['rejects its key', wrongKey],
  ['limits the rate', tooMany('30')],
  ['is down', broken],
  ['breaks off', (response) => response.destroy()],
  ['does not take the query', (response) => json(response, 400, { msg: 'Bad request' })],
  ['answers garbage', (response) => response.end('<html>')],
])('where the first %s the next one answers', async (_name, reply) => {
  const { ask, replies, calls } = await twoProviders()
  replies.serpshot = reply
  const { results, credits, providers } = await ask(['a', 'b'])
  expect(urls(results)).toEqual([['https://a.com/serper'], ['https://b.com/serper']])
  expect({ credits, providers }).toEqual({ credits: 2, providers: ['serper'] })
  expect(calls()).toEqual([1, 2])
})

test('what the first leaves out is asked of the next, and is empty when that leaves it out as well', async () => {
  const { ask, askSerpshotAlone, replies } = await twoProviders()
  replies.serpshot = (response) =>
    json(response, 200, { code: 200, data: [{ search_params: { q: 'b' }, results: [{ link: host('b') }] }] })
  const kept: ProviderAnswer[] = []
  const { results, providers } = await ask(['a', 'b'], { onAnswers: (answers) => kept.push(...answers) })
  expect(urls(results)).toEqual([['https://a.com/serper'], ['https://b.com/']])
  expect(providers).toEqual(['serpshot', 'serper'])
  expect(kept.map(({ query, provider }) => [query, provider])).toEqual([
    ['b', 'serpshot'],
    ['a', 'serper'],
  ])

  kept.length = 0
  const alone = await askSerpshotAlone(['a', 'b'], { onAnswers: (answers) => kept.push(...answers) })
  expect(urls(alone.results)).toEqual([[], ['https://b.com/']])
  expect(kept.map(({ query }) => query)).toEqual(['b'])
})

test('answers that came before a failure are handed out, and are not asked of the next provider again', async () => {
  const serper = await serve((response, seen) =>
    seen.body.q === 'b' ? json(response, 400, { message: 'Not enough credits' }) : serperFinds(response, seen),
  )
  const searxng = await serve((response) => json(response, 500, {}))
  const providers = [
    { ...createSerper({ baseUrl: serper.origin, key: 'k' }), callsAtOnce: 1 },
    createSearxng({ baseUrl: searxng.origin }),
  ]
  const ask = createAskProviders(providers, { log: createLogbook() })
  const kept: string[] = []
  const answer = ask(['a', 'b'], {
    signal: forever(),
    onAnswers: (answers) => kept.push(...answers.map(({ query }) => query)),
  })
  await expect(answer).rejects.toMatchObject({ code: 'SEARCH_UNAVAILABLE' })
  expect(kept).toEqual(['a'])
  expect(searxng.seen.map(({ query }) => query.get('q'))).toEqual(['b'])
})

test('one without credits or with a rejected key is left alone for ten minutes; that is logged once, as is its return', async () => {
  for (const [reply, code] of [
    [noCredits, 'SEARCH_NO_CREDITS'],
    [wrongKey, 'SEARCH_KEY_REJECTED'],
  ] as const) {
    const { ask, replies, calls, clock, log } = await twoProviders()
    replies.serpshot = reply
    await ask(['a'])
    await ask(['b'])
    clock.ms = 10 * minuteMs - 1
    await ask(['c'])
    expect(calls()).toEqual([1, 3])
    clock.ms = 10 * minuteMs
    await ask(['d'])
    expect(calls()).toEqual([2, 4])
    const left = `warn serpshot ${code} search provider is left alone for a while`
    expect(log.lines).toEqual([left])

    replies.serpshot = serpshotFinds
    clock.ms = 20 * minuteMs
    await ask(['e'])
    await ask(['f'])
    expect(calls()).toEqual([4, 4])
    expect(log.lines).toEqual([left, 'info serpshot search provider answers again'])
  }
})

test('one that fails often is left alone, at first for half a minute, at last for ten', async () => {
  const { ask, replies, calls, clock, log } = await twoProviders()
  replies.serpshot = broken
  for (let call = 0; call < 8; call++) await ask(['a'])
  expect(calls()).toEqual([5, 8])

  const restsMs: number[] = []
  for (let rest = 0; rest < 7; rest++) {
    const [before] = calls()
    const restBeganMs = clock.ms
    while (calls()[0] === before) {
      clock.ms += minuteMs / 4
      await ask(['a'])
    }
    restsMs.push(clock.ms - restBeganMs)
  }
  expect(restsMs.map((ms) => ms / minuteMs)).toEqual([0.5, 1, 2, 4, 8, 10, 10])
  expect(log.lines).toEqual(['warn serpshot SEARCH_UNAVAILABLE search provider is left alone for a while'])
})

test('one that fails every second call is left alone, one that fails every third is not', async () => {
  const often = await twoProviders()
  for (let call = 0; call < 30; call++) {
    often.replies.serpshot = call % 2 ? broken : serpshotFinds
    await often.ask(['a'])
  }
  expect(often.calls()[0]).toBe(10)

  const seldom = await twoProviders()
  for (let call = 0; call < 30; call++) {
    seldom.replies.serpshot = call % 3 ? serpshotFinds : broken
    await seldom.ask(['a'])
  }
  expect(seldom.calls()[0]).toBe(30)
  expect(seldom.log.lines).toEqual([])
})

test('one that limits the rate is left alone for as long as it asks for, and nobody is warned', async () => {
  const { ask, replies, calls, clock, log } = await twoProviders()
  replies.serpshot = tooMany('30')
  await ask(['a'])
  replies.serpshot = serpshotFinds
  clock.ms = 29_999
  await ask(['b'])
  expect(calls()).toEqual([1, 2])
  clock.ms = 30_000
  await ask(['c'])
  expect(calls()).toEqual([2, 2])
  expect(log.lines).toEqual([])
})

test('after a rest one call tries the provider, and the others wait for how that ends', async () => {
  const { askSerpshotAlone: ask, replies, calls, clock } = await twoProviders()
  replies.serpshot = tooMany('30')
  await expect(ask(['a'])).rejects.toMatchObject({ code: 'SEARCH_RATE_LIMITED', retryAfterMs: 30_000 })
  clock.ms = 30_000
  let answer = () => {}
  replies.serpshot = (response, seen) => {
    answer = () => serpshotFinds(response, seen)
  }
  const all = ['a', 'b', 'c'].map((query) => ask([query]))
  await until('the trial', () => calls()[0] === 2)
  replies.serpshot = serpshotFinds
  answer()
  expect((await Promise.all(all)).map(({ results }) => urls(results))).toEqual([
    [['https://a.com/']],
    [['https://b.com/']],
    [['https://c.com/']],
  ])
  expect(calls()[0]).toBe(4)
})

test('a trial that is given up leaves the next call to try', async () => {
  const { askSerpshotAlone: ask, replies, calls, clock } = await twoProviders()
  replies.serpshot = tooMany('30')
  await expect(ask(['a'])).rejects.toMatchObject({ code: 'SEARCH_RATE_LIMITED' })
  clock.ms = 30_000
  replies.serpshot = () => {}
  const abort = new AbortController()
  const givenUp = ask(['a'], { signal: abort.signal })
  await until('the trial', () => calls()[0] === 2)
  replies.serpshot = serpshotFinds
  const waiting = ask(['b'])
  abort.abort(new Error('cancelled'))
  await expect(givenUp).rejects.toThrow('cancelled')
  expect(urls((await waiting).results)).toEqual([['https://b.com/']])
})

test('calls that were under way when a rest began do not end it', async () => {
  const { ask, replies, calls } = await twoProviders()
  let answer = () => {}
  replies.serpshot = (response, seen) => {
    answer = () => serpshotFinds(response, seen)
  }
  const slow = ask(['a'])
  await until('the slow call', () => calls()[0] === 1)
  replies.serpshot = noCredits
  await ask(['b'])
  answer()
  await slow
  await ask(['c'])
  expect(calls()).toEqual([2, 2])
})

test.each<[string, Reply, Reply, string, number | undefined]>([
  ['a rate limit before no credits', noCredits, tooMany('20'), 'SEARCH_RATE_LIMITED', 20_000],
  ['a rate limit before an outage', tooMany('20'), broken, 'SEARCH_RATE_LIMITED', 20_000],
  ['the shorter wait', tooMany('50'), tooMany('40'), 'SEARCH_RATE_LIMITED', 40_000],
  ['an outage before a rejected key', wrongKey, broken, 'SEARCH_UNAVAILABLE', undefined],
  ['of two that do not pass, the first', noCredits, wrongKey, 'SEARCH_NO_CREDITS', undefined],
])('where none can answer the failure is the most telling: %s', async (_name, first, second, code, retryAfterMs) => {
  const { ask, replies } = await twoProviders()
  replies.serpshot = first
  replies.serper = second
  const answer = ask(['a'])
  await expect(answer).rejects.toMatchObject({ name: 'Failure', code, retryAfterMs })
  await expect(answer).rejects.toThrow(/serpshot: SEARCH_.* serper: SEARCH_/)
})

test('the time to wait is that of a provider for which waiting helps', async () => {
  const { ask, replies, clock } = await twoProviders()
  replies.serpshot = noCredits
  await ask(['a'])
  clock.ms = 9.9 * minuteMs // it will be asked again in six seconds, and most likely in vain
  replies.serper = tooMany('40')
  await expect(ask(['a'])).rejects.toMatchObject({ code: 'SEARCH_RATE_LIMITED', retryAfterMs: 40_000 })

  const other = await twoProviders()
  Object.assign(other.replies, { serpshot: noCredits, serper: broken })
  for (let call = 0; call < 5; call++) await expect(other.ask(['a'])).rejects.toThrow(Failure)
  await expect(other.ask(['a'])).rejects.toMatchObject({ code: 'SEARCH_UNAVAILABLE', retryAfterMs: 30_000 })
})

test('many calls that fail at once begin one rest, which those that end late do not prolong', async () => {
  const { askSerpshotAlone: ask, replies, clock, log, calls } = await twoProviders()
  const waiting: (() => void)[] = []
  replies.serpshot = (response) => void waiting.push(() => broken(response))
  const all = Array.from({ length: 20 }, (_, index) => ask([`q${index}`]).catch(() => {}))
  await until('all calls', () => waiting.length === 20)
  for (const fail of waiting) fail()
  await Promise.all(all)
  expect(log.lines).toHaveLength(1)
  clock.ms = 30_000
  replies.serpshot = serpshotFinds
  await ask(['a'])
  expect(calls()[0]).toBe(21)
})

test('while the only provider rests, the failure says why and for how much longer', async () => {
  const { askSerpshotAlone: ask, replies, calls, clock } = await twoProviders()
  replies.serpshot = broken
  for (let call = 0; call < 5; call++) await expect(ask(['a'])).rejects.toMatchObject({ retryAfterMs: undefined })
  clock.ms = 10_000
  const answer = ask(['a'])
  await expect(answer).rejects.toMatchObject({ code: 'SEARCH_UNAVAILABLE', retryAfterMs: 20_000 })
  await expect(answer).rejects.toThrow('It said 500')
  expect(calls()[0]).toBe(5)
})

test("the caller's abort is not held against the provider, and nobody else is asked", async () => {
  const { ask, replies, calls } = await twoProviders()
  for (let call = 0; call < 6; call++) {
    const abort = new AbortController()
    const reason = new Failure('TIMEOUT')
    replies.serpshot = () => abort.abort(reason)
    await expect(ask(['a'], { signal: abort.signal })).rejects.toBe(reason)
  }
  expect(calls()).toEqual([6, 0])
})

test('what was charged is told as it is charged, also when another provider then fails the rest', async () => {
  const { replies, ask } = await twoProviders()
  replies.serpshot = (response, { body }) =>
    json(response, 200, {
      code: 200,
      data: body.queries.slice(0, 1).map((q) => ({ search_params: { q }, results: [{ link: host(q) }], credits: 1 })),
    })
  replies.serper = broken
  const charges: number[] = []
  await expect(ask(['a', 'b'], { onCharged: (credits: number) => void charges.push(credits) })).rejects.toThrow()
  expect(charges).toEqual([1])
})
