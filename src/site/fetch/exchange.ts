import type { Dispatcher } from 'undici'
import { networkCodeOf } from './network-failure.ts'

export type Head = {
  status: number
  /** By lower-case name; repeated ones are joined by a comma, of those that stand once the first is taken. */
  headers: Record<string, string>
}

export type ExchangeOptions = {
  headers: Record<string, string>
  /** How long the other side may be silent, before its answer and within it. */
  stallTimeoutMs: number
  /** How many bytes of the body are wanted, 0 for none of it. What it throws is what the exchange fails of. */
  onHead: (head: Head) => number
  /** Its reason comes back as it is. */
  signal: AbortSignal
}

/**
 * Asks once, by GET, and gives the answer as it came over the wire. A body is read to its end, or until it is longer
 * than wanted: then what was read of it is given, and the connection closed. It is gathered as it arrives, without a
 * stream, whose making took longer than reading a page.
 *
 * It asks again, once, when the connection broke before an answer: a kept one may have been closed meanwhile.
 */
export function exchange(
  dispatcher: Dispatcher,
  url: URL,
  { headers, stallTimeoutMs, onHead, signal }: ExchangeOptions,
): Promise<Head & { chunks: Uint8Array[] }> {
  return new Promise((done, fail) => {
    let controller: Dispatcher.DispatchController | undefined
    let triesLeft = 2
    let isOver = false

    /** Ends the exchange; what is still under way of it is broken off. */
    const end = (settle: () => void, reason?: unknown) => {
      if (isOver) return
      isOver = true
      signal.removeEventListener('abort', onAbort)
      settle()
      // A short body that is not wanted has often come with the headers; the connection can then be kept.
      if (reason !== undefined) queueMicrotask(() => controller?.abort(reason as Error))
    }
    const onAbort = () => end(() => fail(signal.reason), signal.reason)
    if (signal.aborted) return fail(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })

    function ask() {
      triesLeft -= 1
      const chunks: Uint8Array[] = []
      let head: Head | undefined
      let bytesLeft = 0
      const options: Dispatcher.DispatchOptions = {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'GET',
        headers,
        headersTimeout: stallTimeoutMs,
        bodyTimeout: stallTimeoutMs,
      }
      dispatcher.dispatch(options, {
        onRequestStart(started) {
          controller = started
          if (isOver) started.abort(leftEarly)
        },
        onResponseStart(_, status, rawHeaders) {
          if (isOver || status < 200) return
          head = { status, headers: plainHeaders(rawHeaders) }
          try {
            bytesLeft = onHead(head)
          } catch (error) {
            return end(() => fail(error), error)
          }
          if (bytesLeft <= 0) end(() => done({ ...head!, chunks }), leftEarly)
        },
        onResponseData(_, chunk) {
          if (isOver) return
          chunks.push(chunk)
          bytesLeft -= chunk.length
          if (bytesLeft < 0) end(() => done({ ...head!, chunks }), leftEarly)
        },
        onResponseEnd() {
          end(() => done({ ...head!, chunks }))
        },
        onResponseError(_, error) {
          if (!isOver && !head && triesLeft > 0 && isBrokenConnection(error)) ask()
          else end(() => fail(error))
        },
      })
    }

    try {
      ask()
    } catch (error) {
      end(() => fail(error))
    }
  })
}

const leftEarly = new Error('What came was enough.')

const isBrokenConnection = (error: unknown) =>
  ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(networkCodeOf(error) ?? '')

const repeatable = new Set(['content-encoding', 'link', 'vary', 'cache-control', 'set-cookie'])

function plainHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue
    plain[name] = typeof value === 'string' ? value : repeatable.has(name) ? value.join(', ') : (value[0] ?? '')
  }
  return plain
}
