import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import type { ConnectOverCDPTransport } from 'playwright-core'

/**
 * Speaks the DevTools protocol with a child started with `--remote-debugging-pipe`: JSON messages, each ended by a zero
 * byte, to its descriptor 3 and from its descriptor 4.
 */
export function pipeTransport(child: ChildProcess): ConnectOverCDPTransport {
  const toChild = child.stdio[3] as Writable
  const fromChild = child.stdio[4] as Readable
  let parts: Buffer[] = []
  let isClosed = false
  const transport: ConnectOverCDPTransport = {
    send(message) {
      if (!isClosed) toChild.write(`${JSON.stringify(message)}\0`)
    },
    close: () => close(),
  }
  const close = (reason?: string) => {
    if (isClosed) return
    isClosed = true
    toChild.destroy()
    fromChild.destroy()
    transport.onclose?.(reason)
  }
  fromChild.on('data', (chunk: Buffer) => {
    let start = 0
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
      const message = Buffer.concat([...parts, chunk.subarray(start, end)]).toString('utf8')
      parts = []
      start = end + 1
      // Each in a turn of its own, as a socket would deliver them.
      setImmediate(() => {
        if (!isClosed) transport.onmessage?.(JSON.parse(message))
      })
    }
    if (start < chunk.length) parts.push(chunk.subarray(start))
  })
  fromChild.on('close', () => close('the browser has ended')).on('error', () => close('the pipe broke'))
  toChild.on('error', () => close('the pipe broke'))
  return transport
}
