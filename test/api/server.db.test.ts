import { once } from 'node:events'
import { Agent, type IncomingMessage, request, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApiServer } from '../../src/api/server.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { apiUnderTest } from './api-under-test.ts'

let database: TestDatabase
let api: ReturnType<typeof apiUnderTest>
let server: Server
let port: number

beforeAll(async () => {
  database = await createTestDatabase()
  api = apiUnderTest(database.sql)
  server = createApiServer(api.app)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await database.drop()
  expect(api.logged).toEqual([])
})

/** Sends bytes as they are, and gives the whole answer; the server must close, as `Connection: close` asks. */
async function raw(...parts: (string | Uint8Array)[]): Promise<{ status: number; head: string; body: string }> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  // Whoever is refused while still sending may find the connection closed.
  socket.on('error', () => {})
  for (const part of parts) socket.write(part)
  await once(socket, 'close')
  const [head = '', ...body] = Buffer.concat(chunks).toString().split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body: body.join('\r\n\r\n') }
}

const codeOf = (body: string) => JSON.parse(body).code
const post = (body: string, headers = 'Content-Type: application/json\r\n', version = '1.1') =>
  `POST /v2/scrape HTTP/${version}\r\nHost: localhost\r\nConnection: close\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

describe('a body on a socket', () => {
  test('is accepted whole, in pieces, and in chunks', async () => {
    const whole = await raw(post('{"cnpj":"19131243000197"}'))
    expect(whole.status).toBe(202)
    const { status_url } = JSON.parse(whole.body)
    expect(whole.head).toContain(`location: ${status_url}`)
    const chunked = await raw(
      'POST /v2/scrape HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
      '8\r\n{"cnpj":\r\n',
      '11\r\n"19131243000197"}\r\n0\r\n\r\n',
    )
    expect(JSON.parse(chunked.body)).toMatchObject({ status_url, deduplicated: true })
  })

  test('may begin with a byte order mark', async () => {
    expect((await raw(post('\ufeff{"cnpj":"19131243000197"}'))).status).toBe(202)
  })

  test('without a Content-Type is refused with a hint', async () => {
    const { status, body } = await raw(post('{"cnpj":"19131243000197"}', ''))
    expect(status).toBe(415)
    expect(JSON.parse(body).detail).toBe('Envie o cabeçalho "Content-Type: application/json" (veio nenhum).')
  })

  test('that is not there at all is empty', async () => {
    const { status, body } = await raw(
      'POST /v2/scrape HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n',
    )
    expect([status, JSON.parse(body).detail]).toEqual([400, 'O corpo veio vazio.'])
  })

  test('that is not UTF-8 is refused', async () => {
    const bytes = Buffer.from('{"razao_social":"Pão"}', 'latin1')
    const head = `POST /v2/scrape HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${bytes.length}\r\n\r\n`
    expect(codeOf((await raw(head, bytes)).body)).toBe('BODY_NOT_JSON')
  })

  test('in chunks without an end is refused in the end', async () => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(
      'POST /v2/scrape HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    )
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`
    const answer = once(socket, 'data')
    for (let mebibytes = 0; mebibytes < 10; mebibytes++) socket.write(chunk)
    const [data] = (await answer) as [Buffer]
    expect(data.toString()).toMatch(/^HTTP\/1.1 413 /)
    socket.destroy()
  })

  test('that breaks off costs nobody anything', async () => {
    const socket = connect(port, '127.0.0.1')
    socket.write(
      'POST /v2/scrape HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"cnpj":',
    )
    socket.end()
    socket.resume()
    socket.on('error', () => {})
    await once(socket, 'close')
    expect((await raw('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).status).toBe(200)
  })
})

describe('an address or a head on a socket', () => {
  test('HTTP/1.0 without a Host, as some health checks send it', async () => {
    const { status, body } = await raw('GET /healthz HTTP/1.0\r\n\r\n')
    expect([status, body]).toEqual([200, '{"status":"ok"}'])
    const json = 'Content-Type: application/json\r\n'
    for (const host of ['', 'Host: \r\n']) {
      const sent = post('{"cnpj":"19131243000197"}', json, '1.0').replace('Host: localhost\r\n', host)
      const answer = await raw(sent)
      expect(answer.status).toBe(202)
      expect(new URL(JSON.parse(answer.body).status_url).port).toBe(String(port))
    }
  })

  test('a method that is none of HTTP, or of this server, is answered with what to do', async () => {
    for (const method of ['FOO', 'CONNECT']) {
      const { status, body } = await raw(`${method} localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n`)
      expect([status, JSON.parse(body).code]).toEqual([400, 'REQUEST_MALFORMED'])
    }
  })

  test('HTTP/1.1 without a Host is refused in JSON, also with a body', async () => {
    const withoutHost = post('{"cnpj":"19131243000197"}').replace('Host: localhost\r\n', '')
    for (const sent of ['GET /healthz HTTP/1.1\r\n\r\n', withoutHost]) {
      const { status, head, body } = await raw(sent)
      expect(status).toBe(400)
      expect(head).toContain('content-type: application/problem+json')
      expect(JSON.parse(body)).toMatchObject({
        code: 'REQUEST_MALFORMED',
        detail: 'Falta o cabeçalho Host, que o HTTP/1.1 exige.',
      })
    }
  })

  test.each(['exa mple', 'a/b', 'a@b', '<script>', '[::1', 'a:b:c', 'a:99999'])(
    'the host %j is refused in JSON',
    async (host) => {
      const { status, head, body } = await raw(`GET /jobs HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      expect(status).toBe(400)
      expect(head).toContain('application/problem+json')
      expect(codeOf(body)).toBe('REQUEST_MALFORMED')
    },
  )

  test.each([
    '/jobs/%00',
    '/jobs/%',
    '/jobs/%ed%a0%80',
    '/jobs/..%2f..',
    '//evil.test/jobs',
    '/jobs?%',
    '/\\evil',
    '*',
  ])('GET %s is the caller’s mistake', async (target) => {
    const { status, body } = await raw(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(codeOf(body)).toMatch(/^[A-Z_]+$/)
  })

  test('status_url names the host that was asked for', async () => {
    const { body } = await raw(
      post('{"cnpj":"19131243000197"}', 'Content-Type: application/json\r\n').replace('localhost', 'sonda.lan:8123'),
    )
    expect(JSON.parse(body).status_url).toMatch(/^http:\/\/sonda\.lan:8123\/jobs\//)
  })

  test('HEAD is GET without the body', async () => {
    const { status, head, body } = await raw('HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    expect([status, body]).toEqual([200, ''])
    expect(head).toContain('application/json')
    expect((await raw('HEAD /v2/scrape HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).status).toBe(405)
  })

  test('OPTIONS names the methods', async () => {
    const { status, head } = await raw('OPTIONS /jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    expect(status).toBe(204)
    expect(head).toContain('allow: get, head')
  })
})

describe('what is not even a request is answered in JSON, too', () => {
  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'REQUEST_MALFORMED'],
    [
      'two lengths',
      'GET /jobs HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'REQUEST_MALFORMED',
    ],
    ['a bad header', 'GET /jobs HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n', 400, 'REQUEST_MALFORMED'],
    ['a space in the address', 'GET /jobs/a b HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'REQUEST_MALFORMED'],
    [
      'too long a header',
      `GET /jobs HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
    ['too long an address', `GET /jobs/${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
  ])('%s', async (_what, sent, expected, code) => {
    const { status, head, body } = await raw(sent)
    expect([status, codeOf(body)]).toEqual([expected, code])
    expect(head).toContain('content-type: application/problem+json')
    expect(head).toContain(`content-length: ${Buffer.byteLength(body)}`)
  })

  test('a request that does not come in time', async () => {
    const connected = once(server, 'connection')
    const answered = raw('GET /jobs HTTP/1.1\r\nHost: ')
    const [socket] = await connected
    // Node itself looks for such requests every half a minute.
    server.emit('clientError', Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket)
    const { status, body } = await answered
    expect([status, codeOf(body)]).toEqual([408, 'REQUEST_TIMEOUT'])
  })

  test('behind an answer that has begun, nothing is written', async () => {
    const id = JSON.parse((await raw(post('{"cnpj":"19131243000197"}'))).body).job_id
    const socket = connect(port, '127.0.0.1')
    let body = ''
    socket.on('data', (data) => {
      body += data
    })
    socket.on('error', () => {})
    socket.write(`GET /jobs/${id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    await once(socket, 'data')
    socket.write('no request\r\n\r\n')
    await once(socket, 'close')
    expect(body).toContain('retry: 2000')
    expect(body).not.toContain('REQUEST_MALFORMED')
  })
})

test('a kept connection serves on after every refusal', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const send = async (body: string, headers: Record<string, string>, path = '/v2/scrape') => {
    const sent = request({ agent, port, host: '127.0.0.1', method: 'POST', path, headers })
    sent.end(body)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    answer.resume()
    await once(answer, 'end')
    return answer.statusCode
  }
  const json = { 'content-type': 'application/json' }
  const statuses: unknown[] = []
  statuses.push(await send(' '.repeat(300_000), json))
  statuses.push(await send('x'.repeat(3_000_000), { ...json, 'transfer-encoding': 'chunked' }))
  statuses.push(await send('x'.repeat(50_000), { 'content-type': 'text/plain' }))
  statuses.push(await send('x'.repeat(50_000), json, '/nowhere'))
  statuses.push(await send('x'.repeat(50_000), json, '/jobs/none/cancel'))
  statuses.push(await send('{', json))
  statuses.push(await send('{"cnpj":"19131243000197"}', json))
  expect(statuses).toEqual([413, 413, 415, 404, 404, 400, 202])
  agent.destroy()
})
