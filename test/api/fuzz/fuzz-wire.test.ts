import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApiServer } from '../../../src/api/server.ts'
import { apiUnderTest, nowhere } from '../api-under-test.ts'
import { documentOf } from '../openapi/openapi-document.ts'
import { schemaCheck } from '../openapi/openapi-schemas.ts'

const runs = Number(process.env.FUZZ_RUNS ?? 600)
const api = apiUnderTest(nowhere())
const server = createApiServer(api.app)
const document = documentOf(api)
const check = schemaCheck(document)

beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'))
afterAll(() => void server.close())

/** Everything that comes back to some bytes; empty: nothing did. */
function exchange(bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.end(bytes))
    socket.on('data', (part) => parts.push(part))
    socket.on('error', () => {})
    socket.on('close', () => resolve(Buffer.concat(parts).toString()))
  })
}

const piece = fc.constantFrom(
  '/',
  '//',
  '/jobs/x',
  '/jobs/%',
  '%ff',
  '%00',
  '%2e%2e',
  '..',
  '?',
  '&',
  '=',
  '#',
  '@',
  ':',
  '[',
  '\\',
  '\u00e9',
  '\u0000',
  '\t',
  ' ',
  'http://a',
  '*',
  '|',
  '"',
  '<',
  '/v2/scrape',
  '/v2/companies/',
  '/docs',
  '/healthz',
)
const pieces = fc.array(piece, { maxLength: 5 }).map((each) => each.join(''))
const target = fc.oneof(
  { weight: 3, arbitrary: pieces.map((text) => text.replace(/[^!-~]/g, '').replace(/^(?!\/)/, '/')) },
  pieces,
)
/** Mostly the first. */
const mostly = <Value>(usual: Value, ...others: Value[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, fc.constantFrom(...others))
const header = fc.oneof(
  fc.constantFrom(
    'Host: a b',
    'Host: [',
    'Host: é',
    'Host:',
    'X-Forwarded-Host: \u0001',
    'Authorization: Bearer \u00ff',
    'Content-Length: -1',
    'Content-Length: 5',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: x',
    'Expect: 100-continue',
    'Expect: x',
    'Upgrade: websocket\r\nConnection: Upgrade',
    'no colon',
    ': no name',
    'Content-Type: application/json',
    `X-Large: ${'x'.repeat(14_000)}`,
    `X-Larger: ${'x'.repeat(17_000)}`,
  ),
  fc.string({ maxLength: 20 }).map((text) => `X-A: ${text}`),
)
const otherMethods = fc.constantFrom('DELETE', 'PROPFIND', 'CONNECT', 'TRACE', 'get', 'X Y')
const request = fc
  .record({
    method: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'PUT') }, otherMethods),
    target,
    version: mostly('HTTP/1.1', 'HTTP/1.0', 'HTTP/3.0', ''),
    headers: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(header, { maxLength: 2 })),
    body: mostly('', '{}', '5\r\n{"a":\r\n', '\u0000'),
  })
  .map(({ method, target, version, headers, body }) => {
    const lines = [`${method} ${target} ${version}`, 'Host: localhost', 'Connection: close', ...headers]
    return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1')
  })
const bytes = fc.oneof(
  { weight: 9, arbitrary: request },
  fc.uint8Array({ maxLength: 60 }).map((raw) => Buffer.from(raw)),
)

test('whatever comes over the wire, the server goes on, and what it refuses it refuses as a problem', async () => {
  const statuses: number[] = []
  let sent = 0
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 8, size: 'max' }), async (together) => {
      const answers = await Promise.all(together.map(exchange))
      expect(api.logged).toEqual([])
      for (const [index, answer] of answers.entries()) {
        sent += 1
        if (answer === '') continue
        const final = answer.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '')
        const [, status, head, body] = /^HTTP\/1\.1 (\d{3})[^\r\n]*\r\n(.*?)\r\n\r\n(.*)$/s.exec(final) ?? []
        expect(status, final.slice(0, 200)).toBeDefined()
        statuses.push(Number(status))
        // There is no database here.
        if (status !== '503') expect(Number(status)).toBeLessThan(500)
        const isHead = together[index]!.subarray(0, 5).toString() === 'HEAD '
        if (Number(status) < 400 || isHead || body === '') continue
        expect(head).toMatch(/^content-type: application\/problem\+json\r?$/im)
        const json = /^transfer-encoding: chunked/im.test(head!)
          ? body!.replace(/^[0-9a-f]+\r\n|\r\n0?(\r\n)*$/gi, '')
          : body!
        const value = JSON.parse(json)
        expect(check({ $ref: '#/components/schemas/Problem' }, value)).toBeUndefined()
        expect(String(value.status)).toBe(status)
      }
    }),
    { numRuns: Math.ceil(runs / 8) },
  )
  // Or the fuzz tests nothing but connections that close.
  expect(statuses).toEqual(expect.arrayContaining([400, 404]))
  expect(statuses.length).toBeGreaterThan(sent / 3)
  expect(await exchange(Buffer.from('GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'))).toContain(
    '{"status":"ok"}',
  )
})
