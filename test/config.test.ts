import { describe, expect, test } from 'vitest'
import { ConfigError, parseConfig } from '../src/config.ts'

const problemOf = (env: Record<string, string>): string => {
  try {
    parseConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return ''
}

test('nothing has to be set', () => {
  expect(parseConfig({})).toMatchObject({
    PORT: 8000,
    N_WORKERS: 2,
    API_ACCESS_TOKEN: [],
    LLM_CONCURRENCY_HARD_CAP: 32,
  })
})

test('an empty variable counts as unset', () => {
  expect(parseConfig({ PORT: ' ', LLM_URL: '' })).toEqual(parseConfig({}))
})

test('an LLM endpoint may have a cap of its own', () => {
  const { LLM_URL } = parseConfig({ LLM_URL: 'https://a.test/v1/; 16 , http://b.test', MODEL_NAME: 'm' })
  expect(LLM_URL).toEqual([
    { url: 'https://a.test/v1', cap: 16 },
    { url: 'http://b.test', cap: undefined },
  ])
})

test('lists and mappings are read', () => {
  const config = parseConfig({
    API_ACCESS_TOKEN: 'a, b,',
    EGRESS_ALLOW_CIDRS: '127.0.0.1/32, fd00::/8',
    EGRESS_CONNECT_TO: '*.test=127.0.0.1:8100,x.test=[::1]:80',
    CNPJ_REGISTRY_URLS:
      'http://127.0.0.1:8100/registry/, https://b.test;3/min ,https://c.test/v1/;5s;10/s,https://d.test;7s',
  })
  expect(config.API_ACCESS_TOKEN).toEqual(['a', 'b'])
  expect(config.EGRESS_CONNECT_TO).toEqual([
    { host: '*.test', address: '127.0.0.1', port: 8100 },
    { host: 'x.test', address: '::1', port: 80 },
  ])
  expect(config.CNPJ_REGISTRY_URLS).toEqual([
    { url: 'http://127.0.0.1:8100/registry' },
    { url: 'https://b.test', spacingMs: 20_000 },
    { url: 'https://c.test/v1', spacingMs: 100, timeoutMs: 5_000 },
    { url: 'https://d.test', timeoutMs: 7_000 },
  ])
})

test('origins are exact, or all', () => {
  const { CORS_ORIGINS } = parseConfig({ CORS_ORIGINS: 'https://app.test, http://localhost:3000' })
  expect(CORS_ORIGINS).toEqual(['https://app.test', 'http://localhost:3000'])
  expect(parseConfig({ CORS_ORIGINS: '*' }).CORS_ORIGINS).toEqual(['*'])
  for (const wrong of ['app.test', 'https://app.test/', 'https://*.test', 'null', 'https://app.test:443']) {
    expect(problemOf({ CORS_ORIGINS: wrong })).toBe(
      'CORS_ORIGINS must be * or origins such as https://app.example.com.',
    )
  }
})

test.each([
  'ws://browser:3000/',
  'wss://browser.example/?token=a%3Db',
  'http://127.0.0.1:9222',
  'https://browser.example',
])('a browser may be reached at %s, kept as it is given', (url) =>
  expect(parseConfig({ BROWSER_WS_URL: url }).BROWSER_WS_URL).toBe(url),
)

test('a key that was copied with the line break after it is taken without', () => {
  expect(parseConfig({ SERPSHOT_KEY: ' key\n' }).SERPSHOT_KEY).toBe('key')
})

test.each(['http://searx.example', 'http://searx.example/', 'http://searx.example/search?q=x&format=json'])(
  'a SearXNG may be named as %s',
  (url) => expect(parseConfig({ SEARXNG_URL: url }).SEARXNG_URL).toBe('http://searx.example'),
)

describe('a bad value is a sentence that names the variable', () => {
  test.each([
    ['PORT', 'eighty', 'a whole number'],
    ['PORT', '70000', 'at most 65535'],
    ['N_WORKERS', '-1', 'at least 0'],
    ['DATABASE_URL', 'mysql://x', 'postgres://'],
    ['LLM_URL', 'localhost:8080', 'http:// or https://'],
    ['LLM_URL', 'http://a.test/v1;0', 'its own cap such as ;16'],
    ['LLM_URL', 'http://a.test/v1;16;8', 'its own cap such as ;16'],
    ['LLM_URL', 'http://a.test/v1,http://a.test/v1/;4', 'must not name an endpoint twice'],
    ['LLM_URL', ',', 'must name something, or be left out'],
    ['API_ACCESS_TOKEN', ',,', 'must name something, or be left out'],
    ['CALLBACK_SECRET', ' , ', 'must name something, or be left out'],
    ['EGRESS_ALLOW_CIDRS', '10.0.0.0/8,nonsense', '10.0.0.0/8'],
    ['EGRESS_CONNECT_TO', 'x.test:80', 'host=address:port'],
    ['BROWSER_WS_URL', '127.0.0.1:9222', 'ws://'],
    ['BROWSER_WS_URL', 'file:///tmp/browser', 'ws://'],
    ['SERPER_KEY', 'two words', 'one word'],
    ['BRAVE_KEY', 'clé', 'one word'],
    ['SEARXNG_URL', 'searx.example', 'http:// or https://'],
    ['SEARCH_CACHE_DAYS', '-1', 'at least 0'],
    ['CRAWL_MAX_PAGES', '0', 'at least 1'],
    ['CNPJ_REGISTRY_URLS', 'minhareceita.org', 'http:// or https://'],
    ['CNPJ_REGISTRY_URLS', 'https://a.test,https://b.test;3/day', ';3/min;5s'],
    ['CNPJ_REGISTRY_URLS', 'https://b.test;0/min', ';3/min;5s'],
    ['CNPJ_REGISTRY_URLS', 'https://b.test;3/min;4/min', ';3/min;5s'],
    ['CNPJ_REGISTRY_URLS', 'https://b.test;', ';3/min;5s'],
    ['LLM_CONTEXT_TOKENS', '4k', 'a whole number'],
    ['LLM_PRICE_IN', '0,15', 'an amount such as 0.15'],
    ['LLM_PRICE_OUT', '-1', 'an amount such as 0.15'],
    ['LLM_BUDGET_DAILY', 'R$ 10', 'an amount such as 0.15'],
    ['LOG_LEVEL', 'loud', 'one of'],
    ['ALLOW_ANONYMOUS', 'maybe', 'one of'],
  ])('%s=%s', (name, value, sentence) => {
    const problem = problemOf({ [name]: value })
    expect(problem).toMatch(new RegExp(`^${name}\\b`))
    expect(problem).toContain(sentence)
  })

  test('all at once, a line each', () => {
    expect(problemOf({ PORT: 'x', N_WORKERS: 'y' }).split('\n')).toHaveLength(2)
  })

  test('SERPSHOT_URL without a key', () => {
    expect(problemOf({ SERPSHOT_URL: 'http://127.0.0.1:1' })).toMatch(/^SERPSHOT_KEY must be set .*SERPSHOT_URL/)
  })

  test('more LLM keys than one, but not as many as endpoints', () => {
    const env = { LLM_URL: 'http://a.test,http://b.test,http://c.test', MODEL_NAME: 'm', LLM_API_KEY: 'a,b' }
    expect(problemOf(env)).toContain('LLM_API_KEY must be one key, or as many')
    expect(problemOf({ ...env, LLM_API_KEY: 'a' })).toBe('')
    expect(problemOf({ ...env, LLM_API_KEY: 'a,b,c' })).toBe('')
  })

  test('LLM_BUDGET_DAILY without a price', () => {
    expect(problemOf({ LLM_BUDGET_DAILY: '10' })).toMatch(/^LLM_PRICE_IN or LLM_PRICE_OUT must be set/)
    expect(problemOf({ LLM_BUDGET_DAILY: '10', LLM_PRICE_IN: '0', LLM_PRICE_OUT: '0' })).toMatch(/^LLM_PRICE_IN/)
    expect(parseConfig({ LLM_BUDGET_DAILY: '10', LLM_PRICE_OUT: '0.6' })).toMatchObject({
      LLM_BUDGET_DAILY: 10,
      LLM_PRICE_OUT: 0.6,
    })
  })

  test('LLM_URL without a model', () => {
    expect(problemOf({ LLM_URL: 'http://127.0.0.1:1/v1' })).toContain('MODEL_NAME')
  })
})

test('hosts of callbacks are read with and without a port, and a secret must be one', () => {
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
  const { CALLBACK_ALLOW_HOSTS, CALLBACK_SECRET } = parseConfig({
    CALLBACK_ALLOW_HOSTS: 'N8N:5678, *.railway.internal, 127.0.0.1, [::1]:80',
    CALLBACK_SECRET: secret,
  })
  expect(CALLBACK_ALLOW_HOSTS).toEqual([
    { host: 'n8n', port: 5678 },
    { host: '*.railway.internal', port: undefined },
    { host: '127.0.0.1', port: undefined },
    { host: '::1', port: 80 },
  ])
  expect(CALLBACK_SECRET).toEqual([secret])
  expect(problemOf({ CALLBACK_ALLOW_HOSTS: 'http://n8n:5678' })).toContain('CALLBACK_ALLOW_HOSTS must be hosts')
  expect(problemOf({ CALLBACK_ALLOW_HOSTS: '*' })).toContain('CALLBACK_ALLOW_HOSTS must be hosts')
  expect(problemOf({ CALLBACK_SECRET: 'secret' })).toContain('CALLBACK_SECRET must be whsec_')
})
