import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import {
  answering,
  closeRegistries,
  cnpj,
  failureOf,
  type Loopback,
  loopback,
  record,
  registryOf,
} from './loopback-registry.ts'

const { signal } = new AbortController()
afterEach(closeRegistries)

const flood = () =>
  loopback((_request, response) => {
    response.writeHead(200)
    const chunk = Buffer.alloc(256 * 1024, 32)
    const pour = (): void => {
      while (response.write(chunk));
      response.once('drain', pour)
    }
    response.on('error', () => {})
    pour()
  })

const impatient = async (starting: Promise<Loopback>) => ({ ...(await starting), timeoutMs: 200 })

const lies: [string, string, () => Promise<Loopback & { timeoutMs?: number }>][] = [
  [
    'an HTML page',
    'something other',
    () => answering(200, '<html>Just a moment…</html>', { 'content-type': 'text/html' }),
  ],
  ['an empty object', 'something other', () => answering(200, {})],
  ['nothing', 'something other', () => answering(200, '')],
  ['null', 'something other', () => answering(200, 'null')],
  ['a list', 'something other', () => answering(200, [record])],
  ["another company's record", 'something other', () => answering(200, { ...record, cnpj: '19131243000197' })],
  [
    "another company's record, nested",
    'something other',
    () => answering(200, { razao_social: 'OUTRA', estabelecimento: { cnpj: '19131243000197' } }),
  ],
  ['half a record', 'something other', () => answering(200, JSON.stringify(record).slice(0, -9))],
  [
    'a record with an error inside',
    'an error (Muitas consultas)',
    () => answering(200, { status: 'ERROR', message: 'Muitas consultas' }),
  ],
  [
    'a record that breaks off',
    'could not be reached',
    () =>
      loopback((_request, response) => {
        response.writeHead(200, { 'content-length': '1000' }).write(JSON.stringify(record))
        setImmediate(() => response.destroy())
      }),
  ],
  ['a closed connection', 'could not be reached', () => loopback((request) => request.socket.destroy())],
  ['an answer without end', 'more than 1 MB', flood],
  [
    'a bomb',
    'more than 1 MB',
    () =>
      loopback((_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(8 * 1024 * 1024)))
      }),
  ],
  ['silence', 'did not answer within 0.2 s', () => impatient(loopback(() => {}))],
  [
    'silence in the middle',
    'did not answer within 0.2 s',
    () => impatient(loopback((_request, response) => response.writeHead(200).write('{"cnpj":'))),
  ],
  ['a forbidden', 'HTTP 403', () => answering(403, 'blocked')],
]

describe.each(lies)('a registry that answers %s', (_what, why, start) => {
  it('is passed by', async () => {
    const knows = await answering(200, record)
    const answer = await registryOf([await start(), knows]).lookUp(cnpj, { signal })
    expect(answer).toMatchObject({ found: true, record: { source: knows.host } })
  })

  it('is no answer, and neither a "no"', async () => {
    const liar = await start()
    const failure = await failureOf(registryOf([liar]).lookUp(cnpj, { signal }))
    expect(failure.code).toBe('REGISTRY_UNAVAILABLE')
    expect(failure.message).toContain(`${liar.host}: `)
    expect(failure.message).toContain(why)
  })
})

it('a redirect is not followed: what is configured is what is asked', async () => {
  const elsewhere = await answering(200, record)
  const redirects = await answering(302, '', { location: `${elsewhere.url}/${cnpj}` })
  const failure = await failureOf(registryOf([redirects]).lookUp(cnpj, { signal }))
  expect(failure.message).toContain('HTTP 302')
  expect(elsewhere.asked).toEqual([])
})

it('is told who asks', async () => {
  const knows = await answering(200, record)
  await registryOf([knows]).lookUp(cnpj, { signal })
  expect(knows.requests[0]?.headers['user-agent']).toBe('Sonda/test')
})
