import type { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { exchange } from '../../../src/site/fetch/exchange.ts'
import { reach, startSite, startTcp } from '../loopback-site.ts'

const url = new URL('http://shop.test/')
const wanted = (bytes: number, signal = new AbortController().signal) => ({
  headers: {},
  stallTimeoutMs: 5_000,
  onHead: () => bytes,
  signal,
})
const text = (chunks: Uint8Array[]) => Buffer.concat(chunks).toString()

/** A server that counts its connections, and answers each request with these bytes. */
async function startCounting(answer: (socket: Socket) => void) {
  const count = { connections: 0, requests: 0 }
  const port = await startTcp((socket) => {
    count.connections += 1
    socket.on('data', () => {
      count.requests += 1
      answer(socket)
    })
  })
  return { ...reach(port).egress, count }
}

it('gives a body as it came, and keeps the connection for the next one', async () => {
  const { dispatcher, count } = await startCounting((socket) =>
    socket.write('HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\nvary: a\r\nvary: b\r\ncontent-length: 5\r\n\r\nhello'),
  )
  for (let asked = 0; asked < 6; asked++) {
    const answer = await exchange(dispatcher, url, wanted(5))
    expect(answer).toMatchObject({ status: 200, headers: { 'x-a': '1', vary: 'a, b' } })
    expect(text(answer.chunks)).toBe('hello')
  }
  // undici opens the second of a host's two before it knows that the first is free again.
  expect(count.connections).toBeLessThanOrEqual(2)
  expect(count.requests).toBe(6)
})

it('keeps the connection of an answer whose body is not wanted, if it has come whole', async () => {
  const { dispatcher, count } = await startCounting((socket) =>
    socket.write('HTTP/1.1 302 Found\r\nlocation: /a\r\ncontent-length: 5\r\n\r\nmoved'),
  )
  for (let asked = 0; asked < 6; asked++) expect((await exchange(dispatcher, url, wanted(0))).chunks).toEqual([])
  expect(count.connections).toBeLessThanOrEqual(2)
  expect(count.requests).toBe(6)
})

it('of a body that is longer than wanted, gives what it read and closes the connection', async () => {
  let isClosed = false
  const site = await startSite((_, response) => {
    response.on('close', () => (isClosed = true)).write('x'.repeat(100))
  })
  const { chunks } = await exchange(reach(site.port).egress.dispatcher, url, wanted(99))
  expect(text(chunks)).toBe('x'.repeat(100))
  await expect.poll(() => isClosed).toBe(true)
})

it('asks again when the connection breaks before an answer, once', async () => {
  const { dispatcher, count } = await startCounting((socket) => socket.destroy())
  await expect(exchange(dispatcher, url, wanted(99))).rejects.toThrow()
  expect(count.requests).toBe(2)
})

it('does not ask again when the connection breaks within the answer', async () => {
  const { dispatcher, count } = await startCounting((socket) =>
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello', () => socket.destroy()),
  )
  await expect(exchange(dispatcher, url, wanted(1_000))).rejects.toThrow()
  expect(count.requests).toBe(1)
})

it('fails of what refuses the headers, and reads no more', async () => {
  const refusal = new Error('not that')
  let isClosed = false
  const site = await startSite((_, response) => {
    response.on('close', () => (isClosed = true)).write('begun')
  })
  const onHead = () => {
    throw refusal
  }
  const { dispatcher } = reach(site.port).egress
  await expect(exchange(dispatcher, url, { ...wanted(1), onHead })).rejects.toBe(refusal)
  await expect.poll(() => isClosed).toBe(true)
})

it('ends with the reason of its signal, also while the name is looked up, and asks nothing afterwards', async () => {
  const site = await startSite((_, response) => response.end())
  let answerLookups = () => {}
  const mayAnswer = new Promise<void>((done) => (answerLookups = done))
  let lookups = 0
  const resolve = async () => {
    lookups += 1
    await mayAnswer
    return [{ address: '127.0.0.1', family: 4 }]
  }
  const { dispatcher } = reach(site.port, {
    connectTo: [{ host: '*.test', address: 'site.example', port: site.port }],
    resolve,
  }).egress
  const stop = new AbortController()
  const reason = new Error('shutting down')
  const ended = expect(exchange(dispatcher, url, wanted(1, stop.signal))).rejects.toBe(reason)
  await expect.poll(() => lookups).toBe(1)
  stop.abort(reason)
  await ended
  answerLookups()
  await expect(exchange(dispatcher, url, wanted(1, stop.signal))).rejects.toBe(reason)
  await exchange(dispatcher, new URL('http://shop.test/later'), wanted(1))
  expect(site.requests).toEqual(['shop.test/later'])
})
