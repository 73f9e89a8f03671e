import { describe, expect, test } from 'vitest'
import type { AuthOptions } from '../../../src/api/access/auth.ts'
import { apiUnderTest, nowhere } from '../api-under-test.ts'

const pool = nowhere()
// An address that is let in finds no job there, without asking the database.
const ask = async (auth: Partial<AuthOptions>, headers: Record<string, string>, path = '/jobs/none') =>
  apiUnderTest(pool, { allowAnonymous: false, ...auth }).get(path, headers)

describe('with tokens', () => {
  const tokens = ['first', 'second one', 'dGVzdA==']

  test.each(['Bearer first', 'bearer first', 'BEARER  first ', 'Bearer second one', 'Bearer dGVzdA=='])(
    '%j is let in',
    async (authorization) => expect((await ask({ tokens }, { authorization })).status).toBe(404),
  )

  test.each([
    'Bearer third',
    'Bearer firs',
    'Bearer firstt',
    'Bearer FIRST',
    'Bearer first,second one',
    'Bearer first x',
  ])('%j is a wrong token', async (authorization) => {
    const { status, body, headers } = await ask({ tokens }, { authorization })
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toBe('Bearer')
    expect(body).toMatchObject({
      code: 'UNAUTHORIZED',
      detail: 'O token enviado não é o de API_ACCESS_TOKEN, nem uma chave.',
    })
  })

  test.each([
    {},
    { authorization: '' },
    { authorization: 'first' },
    { authorization: 'Basic Zmlyc3Q6' },
    { 'x-api-key': 'first' },
  ])('%j has no token, and is told how to send one', async (headers) => {
    const { status, body } = await ask({ tokens }, headers as Record<string, string>)
    expect(status).toBe(401)
    expect(body.detail).toBe(
      'Envie o cabeçalho "Authorization: Bearer <token>" com o valor de API_ACCESS_TOKEN ou uma chave.',
    )
  })

  test('this machine needs one, too, and ALLOW_ANONYMOUS does not make up for it', async () => {
    const answer = await ask({ tokens, allowAnonymous: true, remoteAddress: () => '127.0.0.1' }, { host: 'localhost' })
    expect(answer.status).toBe(401)
  })

  test('a refused submission says nothing about its body', async () => {
    const { status, body } = await apiUnderTest(pool, { tokens }).post('/v2/scrape', '{')
    expect([status, body.code]).toEqual([401, 'UNAUTHORIZED'])
  })
})

describe('without a token', () => {
  const local = (remoteAddress: string | undefined) => ({ remoteAddress: () => remoteAddress })

  test.each([
    ['127.0.0.1', 'localhost:8000'],
    ['127.0.0.1', 'LOCALHOST'],
    ['::1', '[::1]:8000'],
    ['::ffff:127.0.0.1', '127.0.0.1:8000'],
    ['127.8.8.8', '127.8.8.8'],
  ])('this machine is served: %s to %s', async (address, host) => {
    expect((await ask(local(address), { host })).status).toBe(404)
  })

  test.each([
    ['another machine', '10.0.0.5', { host: 'localhost' }],
    ['a public address', '200.1.2.3', { host: 'sonda.example.com' }],
    ['an IPv6 neighbour', 'fe80::1', { host: 'localhost' }],
    ['an unknown address', undefined, { host: 'localhost' }],
    ['a name of someone else (DNS rebinding)', '127.0.0.1', { host: 'evil.test:8000' }],
    ['a name that only begins well', '127.0.0.1', { host: '127.0.0.1.evil.test' }],
    ['no name', '127.0.0.1', {}],
    ['a proxy (X-Forwarded-For)', '127.0.0.1', { host: 'localhost', 'x-forwarded-for': '127.0.0.1' }],
    ['a proxy (X-Forwarded-Host)', '127.0.0.1', { host: 'localhost', 'x-forwarded-host': 'localhost' }],
    ['a proxy (X-Forwarded-Proto)', '127.0.0.1', { host: 'localhost', 'x-forwarded-proto': 'https' }],
    ['a proxy (X-Real-IP)', '127.0.0.1', { host: 'localhost', 'x-real-ip': '127.0.0.1' }],
    ['a proxy (Forwarded)', '127.0.0.1', { host: 'localhost', forwarded: 'for=127.0.0.1' }],
    ['a proxy (Via)', '127.0.0.1', { host: 'localhost', via: '1.1 proxy' }],
    ["somebody's web page", '127.0.0.1', { host: 'localhost:8000', origin: 'https://evil.test' }],
    ['a page of another port', '127.0.0.1', { host: 'localhost:8000', origin: 'http://localhost:3000' }],
    ['a page of nowhere', '127.0.0.1', { host: 'localhost:8000', origin: 'null' }],
  ])('%s is refused, and told what to do', async (_who, address, headers) => {
    const { status, body } = await ask(local(address), headers as Record<string, string>)
    expect(status).toBe(401)
    expect(body.code).toBe('UNAUTHORIZED')
    expect(body.detail).toBe(
      'Este servidor não tem API_ACCESS_TOKEN definido e por isso, sem uma chave, só atende a própria máquina. Defina API_ACCESS_TOKEN ou crie uma chave (sonda keys create), e envie "Authorization: Bearer <token>".',
    )
  })

  test.each([
    ["this server's", 'http://localhost:8000', []],
    ['one that CORS_ORIGINS names', 'https://app.test', ['https://app.test']],
  ])('a web page is served if it is %s', async (_whose, origin, corsOrigins) => {
    const headers = { host: 'localhost:8000', origin }
    expect((await ask({ ...local('127.0.0.1'), corsOrigins }, headers)).status).toBe(404)
  })

  test('CORS_ORIGINS=* opens to pages what needs a token, and not this machine', async () => {
    const auth = { ...local('127.0.0.1'), corsOrigins: ['*'] }
    expect((await ask(auth, { host: 'localhost:8000', origin: 'https://evil.test' })).status).toBe(401)
  })

  test('ALLOW_ANONYMOUS serves everyone', async () => {
    const headers = { host: 'sonda.example.com', 'x-forwarded-for': '200.1.2.3' }
    expect((await ask({ ...local('10.0.0.5'), allowAnonymous: true }, headers)).status).toBe(404)
  })
})

test('health needs no token, from anywhere', async () => {
  const auth = { tokens: ['t'], remoteAddress: () => '200.1.2.3' }
  expect((await ask(auth, {}, '/healthz')).body).toEqual({ status: 'ok' })
  expect((await ask(auth, {}, '/readyz')).body.code).toBe('DATABASE_UNAVAILABLE')
})

test.each(['/jobs', '/v2/queue_discovery/metrics', '/v2/scrape', '/nowhere'])('%s does', async (path) => {
  expect((await ask({ tokens: ['t'] }, {}, path)).status).toBe(401)
})

const someKey = `sonda_${'a'.repeat(43)}`

test.each([{ tokens: ['t'] }, { tokens: [] }])(
  'what may be a key is not refused while nobody can know: %j',
  async (auth) => {
    const { status, body } = await ask(auth, { authorization: `Bearer ${someKey}`, host: 'localhost' })
    expect([status, body.code]).toEqual([503, 'DATABASE_UNAVAILABLE'])
  },
)
