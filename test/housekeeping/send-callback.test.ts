import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, test } from 'vitest'
import { type CallbackOptions, createSendCallback } from '../../src/housekeeping/send-callback.ts'
import { closeReceivers, startReceiver } from './loopback-receiver.ts'

afterEach(closeReceivers)

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
const body = '{"type":"job.ended","data":{"message":"ação"}}'
const send = (url: string, options: Partial<CallbackOptions> = {}) =>
  createSendCallback({
    allowHosts: [{ host: '127.0.0.1', port: undefined }],
    secrets: [secret],
    userAgent: 'Test',
    timeoutMs: 2_000,
    ...options,
  })({ id: 'msg_1', url, body })

const blocked = { isDelivered: false, httpStatus: null, isGone: false }

test('the signature is what the receiver’s own library verifies, with each secret, and a changed body is refused', async () => {
  const { port, received } = await startReceiver([204])
  const older = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
  expect(await send(`http://127.0.0.1:${port}/`, { secrets: [secret, older] })).toEqual({
    isDelivered: true,
    httpStatus: 204,
  })
  const [{ headers, ...got }] = received as [(typeof received)[number]]
  expect(got.body).toBe(body)
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Test', 'webhook-id': 'msg_1' })
  const signed = headers as Record<string, string>
  expect(new Webhook(secret).verify(got.body, signed)).toEqual(JSON.parse(body))
  expect(new Webhook(older).verify(got.body, signed)).toEqual(JSON.parse(body))
  expect(() => new Webhook(secret).verify(`${got.body} `, signed)).toThrow()
})

test('without a secret nothing is signed', async () => {
  const { port, received } = await startReceiver([200])
  await send(`http://127.0.0.1:${port}/`, { secrets: [] })
  expect(received[0]!.headers).not.toHaveProperty('webhook-signature')
})

test('the query arrives byte for byte, and the fragment stays here', async () => {
  const { port, received } = await startReceiver([200])
  const query = `?signature=aB+/=&x='%7b{}|^\`"<>&&y=%C3%A7%20?/../#`
  await send(`http://127.0.0.1:${port}/a/wait${query}secret`)
  expect(received[0]!.url).toBe(`/a/wait${query.slice(0, -1)}`)
})

test('a redirect is not followed: where it leads, nothing arrives', async () => {
  const inner = await startReceiver([200])
  const { port, received } = await startReceiver(
    [301, 302, 303, 307, 308].map((status) => (response) => {
      response.writeHead(status, { location: `http://127.0.0.1:${inner.port}/` }).end()
    }),
  )
  for (const status of [301, 302, 303, 307, 308]) {
    expect(await send(`http://127.0.0.1:${port}/`)).toMatchObject({
      isDelivered: false,
      httpStatus: status,
      error: expect.stringContaining('redirecionamento'),
    })
  }
  expect(received).toHaveLength(5)
  expect(inner.received).toEqual([])
})

test('a private address gets nothing unless its host is allowed, at that port', async () => {
  const { port, received } = await startReceiver([200])
  for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1']) {
    expect(await send(`http://${host}:${port}/`, { allowHosts: [] })).toMatchObject(blocked)
    expect(await send(`http://${host}/`, { allowHosts: [] })).toMatchObject(blocked)
  }
  const elsewhere = { allowHosts: [{ host: '127.0.0.1', port: port + 1 }] }
  expect(await send(`http://127.0.0.1:${port}/`, elsewhere)).toMatchObject(blocked)
  expect(received).toEqual([])
  const here = { allowHosts: [{ host: '127.0.0.1', port }] }
  expect(await send(`http://127.0.0.1:${port}/`, here)).toMatchObject({ isDelivered: true })
})

test('a public name that resolves to a private address is refused when it is connected to, and is not told what it is', async () => {
  const asked: string[] = []
  const resolve = async (host: string) => {
    asked.push(host)
    return [{ address: '127.0.0.1', family: 4 }]
  }
  const sent = await send('http://hooks.example.com/', { resolve })
  expect(asked).toEqual(['hooks.example.com'])
  expect(sent).toMatchObject({ ...blocked, error: expect.stringContaining('CALLBACK_ALLOW_HOSTS') })
  expect((sent as { error: string }).error).not.toContain('127.0.0.1')
})

test('an allowed name may be private, but never where clouds keep their credentials', async () => {
  const { port, received } = await startReceiver([200])
  const options = (address: string) => ({
    allowHosts: [{ host: '*.railway.internal', port: undefined }],
    resolve: async () => [{ address, family: address.includes(':') ? 6 : 4 }],
  })
  const url = `http://n8n.railway.internal:${port}/`
  expect(await send(url, options('127.0.0.1'))).toMatchObject({ isDelivered: true })
  for (const address of ['169.254.169.254', 'fd00:ec2::254', 'fd20:ce::254', '100.100.100.200']) {
    expect(await send(url, options(address))).toMatchObject({
      ...blocked,
      error: expect.stringContaining('O endereço não é público'),
    })
  }
  expect(received).toHaveLength(1)
})

test('a receiver that hangs, before its answer or within it, ends with the time-out', async () => {
  const { port } = await startReceiver(['hang'])
  expect(await send(`http://127.0.0.1:${port}/`, { timeoutMs: 150 })).toMatchObject({
    isDelivered: false,
    httpStatus: null,
    error: 'O destino não respondeu em 0.15 s.',
  })
  const within = await startReceiver([(response) => void response.writeHead(200).write('…')])
  expect(await send(`http://127.0.0.1:${within.port}/`, { timeoutMs: 150 })).toMatchObject({ isDelivered: true })
})

test('an endless answer is not read to its end', async () => {
  let written = 0
  const { port } = await startReceiver([
    (response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384))) written += 16_384
      }
      response.on('drain', more)
      more()
    },
  ])
  const startedAt = performance.now()
  expect(await send(`http://127.0.0.1:${port}/`)).toMatchObject({ isDelivered: true, httpStatus: 200 })
  expect(performance.now() - startedAt).toBeLessThan(1_500)
  expect(written).toBeLessThan(20_000_000)
})

test.each([400, 404, 409, 429, 500])('%i is not delivered', async (status) => {
  const { port } = await startReceiver([status])
  expect(await send(`http://127.0.0.1:${port}/`)).toEqual({
    isDelivered: false,
    httpStatus: status,
    error: `O destino respondeu ${status}.`,
    isGone: false,
  })
})

describe('why nothing came back is said in Portuguese', () => {
  const errorOf = async (url: string, options: Partial<CallbackOptions> = {}) => {
    const sent = await send(url, options)
    return sent.isDelivered || sent.httpStatus !== null ? sent : sent.error
  }
  const breaking = (answer: string) =>
    startReceiver([
      (response) => {
        response.socket!.end(answer)
      },
    ])

  test('nobody listening', async () => {
    const { port, close } = await startReceiver([200])
    await close()
    const why = 'A conexão com o destino falhou: ninguém atende nesse endereço e porta (ECONNREFUSED).'
    expect(await errorOf(`http://127.0.0.1:${port}/`)).toBe(why)
  })

  test('a connection that is closed, and an answer that is no HTTP', async () => {
    const closing = await breaking('')
    const why = 'A conexão com o destino falhou: o destino a encerrou sem responder (UND_ERR_SOCKET).'
    expect(await errorOf(`http://127.0.0.1:${closing.port}/`)).toBe(why)
    const odd = await breaking('SSH-2.0-OpenSSH_9.6\r\n')
    expect(await errorOf(`http://127.0.0.1:${odd.port}/`)).toBe(
      'A conexão com o destino falhou: a resposta não é HTTP.',
    )
    expect(await errorOf(`https://127.0.0.1:${odd.port}/`)).toMatch(
      /^A conexão com o destino falhou: o TLS não foi aceito \(\w+\)\.$/,
    )
  })

  test('a name without an address', async () => {
    const resolve = async () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
    }
    const why = 'A conexão com o destino falhou: o nome não tem endereço no DNS (ENOTFOUND).'
    expect(await errorOf('http://hooks.example.com/', { resolve })).toBe(why)
  })

  test('headers without an end', async () => {
    const { port } = await startReceiver([
      (response) => void response.socket!.write(`HTTP/1.1 200 OK\r\n${`X: ${'x'.repeat(1_000)}\r\n`.repeat(100)}`),
    ])
    const why = 'A conexão com o destino falhou: os cabeçalhos da resposta não têm fim (UND_ERR_HEADERS_OVERFLOW).'
    expect(await errorOf(`http://127.0.0.1:${port}/`)).toBe(why)
  })
})

test('410 says that no more are wanted', async () => {
  const gone = await startReceiver([410])
  expect(await send(`http://127.0.0.1:${gone.port}/`)).toMatchObject({ isDelivered: false, isGone: true })
})
