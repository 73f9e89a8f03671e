import { describe, expect, test } from 'vitest'
import { createBrave } from '../../src/search/brave.ts'
import { createSearxng } from '../../src/search/searxng.ts'
import { createSerper } from '../../src/search/serper.ts'
import { createSerpshot } from '../../src/search/serpshot.ts'
import { until } from '../support/poll.ts'
import { forever, json, type Reply, serve } from './serp-server.ts'

type Raw = Record<string, unknown> | unknown
const providers = {
  serpshot: {
    create: createSerpshot,
    answer: (results: Raw[]) => ({ code: 200, data: [{ results, credits: 1 }] }),
    names: { url: 'link', text: 'snippet' },
  },
  serper: { create: createSerper, answer: (organic: Raw[]) => ({ organic }), names: { url: 'link', text: 'snippet' } },
  brave: {
    create: createBrave,
    answer: (results: Raw[]) => ({ web: { results } }),
    names: { url: 'url', text: 'description' },
  },
  searxng: {
    create: createSearxng,
    answer: (results: Raw[]) => ({ results, unresponsive_engines: [] }),
    names: { url: 'url', text: 'content' },
  },
}

describe.each(Object.entries(providers))('%s', (_provider, { create, answer, names }) => {
  async function searchFor(reply: Reply, { timeoutMs = 10_000, signal = forever() } = {}) {
    const { origin, seen } = await serve(reply)
    const search = create({ baseUrl: origin, key: 'key', timeoutMs }).search(['q'], { signal })
    return { origin, seen, search }
  }
  const result = (url: unknown, fields: object = {}) => ({ [names.url]: url, title: 'T', [names.text]: 'S', ...fields })

  test('what is no result with a web address is dropped, and the others keep their places', async () => {
    const odd = [
      result('https://first.com.br/x?y=1#z'),
      result('javascript:alert(1)'),
      result('data:text/html,x'),
      result('ftp://first.com.br/'),
      result('/url?q=https://first.com.br'),
      result(`https://first.com.br/${'x'.repeat(3_000)}`),
      result({ href: 'https://first.com.br' }),
      { title: 'no address' },
      null,
      'https://first.com.br',
      7,
      ['https://first.com.br'],
      result('HTTP://Last.com.br'),
    ]
    const { search } = await searchFor((response) => json(response, 200, answer(odd)))
    expect((await search).results).toEqual([
      [
        { title: 'T', url: 'https://first.com.br/x?y=1#z', snippet: 'S', position: 1 },
        { title: 'T', url: 'http://last.com.br/', snippet: 'S', position: 13 },
      ],
    ])
  })

  test('fields of other types count as empty, and long ones are cut', async () => {
    const odd = [
      result('https://a.com/', { title: 7, [names.text]: null }),
      result('https://b.com/', { title: 'x'.repeat(10_000), [names.text]: 'y'.repeat(10_000) }),
    ]
    const { search } = await searchFor((response) => json(response, 200, answer(odd)))
    const [first, second] = (await search).results[0]!
    expect(first).toMatchObject({ title: '', snippet: '' })
    expect([second!.title.length, second!.snippet.length]).toEqual([300, 1_000])
  })

  const whole = JSON.stringify(answer([result('https://a.com/')]))
  test.each<[string, Reply]>([
    ['half an answer', (response) => response.end(whole.slice(0, -5))],
    [
      'fewer bytes than announced',
      (response) => void response.writeHead(200, { 'content-length': '5000' }).write(whole, () => response.destroy()),
    ],
    ['HTML', (response) => response.end('<!doctype html><title>Just a moment...</title>')],
    ['nothing', (response) => response.end()],
    ['null', (response) => response.end('null')],
    ['a list', (response) => response.end('[]')],
    ['a text', (response) => response.end('"ok"')],
    ['an empty object', (response) => response.end('{}')],
    ['500', (response) => json(response, 500, {})],
    ['503 in HTML', (response) => response.writeHead(503).end('<h1>Service unavailable</h1>')],
    ['404', (response) => response.writeHead(404).end('not found')],
    ['204', (response) => response.writeHead(204).end()],
    ['a broken connection', (response) => response.destroy()],
    ['over 2 MB', (response) => json(response, 200, { ...answer([]), pad: 'x'.repeat(2 * 1024 * 1024) })],
  ])('%s is SEARCH_UNAVAILABLE', async (_name, reply) => {
    const { search, seen } = await searchFor(reply)
    await expect(search).rejects.toMatchObject({ name: 'Failure', code: 'SEARCH_UNAVAILABLE' })
    expect(seen).toHaveLength(1)
  })

  test('429 carries how long to wait', async () => {
    const { search } = await searchFor((response) => json(response, 429, {}, { 'retry-after': '9' }))
    await expect(search).rejects.toMatchObject({ code: 'SEARCH_RATE_LIMITED', retryAfterMs: 9_000 })
  })

  test('a redirect is not followed: it would take the key elsewhere', async () => {
    const elsewhere = await serve((response) => json(response, 200, answer([])))
    const { search } = await searchFor((response) =>
      response.writeHead(307, { location: `${elsewhere.origin}/` }).end(),
    )
    await expect(search).rejects.toMatchObject({ code: 'SEARCH_UNAVAILABLE' })
    expect(elsewhere.seen).toEqual([])
  })

  test('no connection is SEARCH_UNAVAILABLE and says so', async () => {
    const search = create({ baseUrl: 'http://127.0.0.1:1', key: 'key' }).search(['q'], { signal: forever() })
    await expect(search).rejects.toMatchObject({ code: 'SEARCH_UNAVAILABLE' })
    await expect(search).rejects.toThrow('could not be reached')
  })

  test.each<[string, Reply]>([
    ['never answers', () => {}],
    ['stops in the middle of its answer', (response) => void response.writeHead(200).write(whole.slice(0, 5))],
    [
      'sends a byte now and then',
      (response) => {
        const drip = setInterval(() => response.write(' '), 10)
        response.on('close', () => clearInterval(drip))
      },
    ],
  ])('one that %s is given up on after the time-out', async (_name, reply) => {
    const { search } = await searchFor(reply, { timeoutMs: 100 })
    await expect(search).rejects.toMatchObject({ code: 'SEARCH_UNAVAILABLE' })
    await expect(search).rejects.toThrow('did not answer within 0.1 s')
  })

  test("the caller's abort ends the call with the caller's own reason", async () => {
    const abort = new AbortController()
    const reason = new Error('cancelled')
    let isClosed = false
    const { search } = await searchFor(
      (response) => {
        response.on('close', () => {
          isClosed = true
        })
        abort.abort(reason)
      },
      { signal: abort.signal },
    )
    await expect(search).rejects.toBe(reason)
    await until('the connection to be closed', () => isClosed)
  })
})
