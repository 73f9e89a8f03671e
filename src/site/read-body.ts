import { type Duplex, pipeline, Readable } from 'node:stream'
// As a whole: an older Node lacks zstd, and must live long enough to say that it is too old.
import * as zlib from 'node:zlib'
import { Failure } from '../errors.ts'

export type BodyLimit = {
  /** Bytes, counted on the wire and again after each decompression. */
  maxBytes: number
  /** What to do with a longer one: fail with `SITE_TOO_LARGE`, or keep its beginning. */
  onTooLarge: 'fail' | 'truncate'
}

// Servers have been seen to apply two; more is a bomb.
const maxEncodings = 2

/**
 * Reads a body to its end, undoing `contentEncoding` (gzip, deflate, br, zstd) as a stream, so that no more
 * than `maxBytes` and a few buffers are ever held. A gzip header over a plain body is a plain body.
 * @throws Failure `SITE_TOO_LARGE`; `SITE_UNREACHABLE` for one that does not decompress.
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  contentEncoding: string | undefined,
  host: string,
  { maxBytes, onTooLarge }: BodyLimit,
): Promise<Uint8Array> {
  const encodings = encodingsOf(contentEncoding)
  if (encodings.length > maxEncodings) {
    throw new Failure('SITE_TOO_LARGE', `${host}: compressed ${encodings.length} times over.`)
  }
  const atLimit = () => {
    if (onTooLarge === 'fail') throw new Failure('SITE_TOO_LARGE', `${host}: more than ${maxBytes} bytes.`)
  }
  let stream = bounded(body, maxBytes, atLimit)
  for (const encoding of encodings.toReversed()) stream = bounded(decoded(stream, encoding, host), maxBytes, atLimit)

  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const encodingsOf = (contentEncoding = '') =>
  contentEncoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name && name !== 'identity')

/** Passes on at most `maxBytes`, the last chunk cut to fit; `atLimit` may throw, or the stream ends there. */
async function* bounded(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
  atLimit: () => void,
): AsyncGenerator<Uint8Array> {
  let left = maxBytes
  for await (const chunk of source) {
    if (chunk.length > left) {
      atLimit()
      if (left > 0) yield chunk.subarray(0, left)
      return
    }
    left -= chunk.length
    yield chunk
  }
}

async function* decoded(source: AsyncIterable<Uint8Array>, encoding: string, host: string): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  let head: Uint8Array = Buffer.alloc(0)
  while (head.length < 2) {
    const { done, value } = await iterator.next()
    if (done) break
    head = head.length === 0 ? value : Buffer.concat([head, value])
  }
  const whole = prepended(head, { [Symbol.asyncIterator]: () => iterator })
  const decoder = head.length === 0 ? undefined : decoderFor(encoding, head)
  if (!decoder) return yield* whole

  let sourceError: unknown
  pipeline(Readable.from(rememberingError(whole, (error) => (sourceError = error))), decoder, () => {})
  try {
    yield* decoder as AsyncIterable<Uint8Array>
  } catch (error) {
    if (sourceError !== undefined) throw sourceError
    throw new Failure('SITE_UNREACHABLE', `${host}: the answer does not decompress (${encoding}).`, { cause: error })
  }
}

async function* prepended(head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head
  yield* rest
}

// A decoder that is destroyed by its source's error must not report it as bad data.
async function* rememberingError(source: AsyncIterable<Uint8Array>, remember: (error: unknown) => void) {
  try {
    yield* source
  } catch (error) {
    remember(error)
    throw error
  }
}

/** The decoder for a body that begins with `head`, or none for a body that is not compressed as it says. */
function decoderFor(encoding: string, head: Uint8Array): Duplex | undefined {
  // With a sync flush, a stream that was cut short gives what it held.
  const cutShort = { finishFlush: zlib.constants.Z_SYNC_FLUSH }
  const [first = 0, second = 0] = head
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return first === 0x1f && second === 0x8b ? zlib.createGunzip(cutShort) : undefined
    case 'deflate':
      // Meant is zlib (RFC 9110, 8.4.1.2); some servers send it without the zlib header.
      return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0
        ? zlib.createInflate(cutShort)
        : zlib.createInflateRaw(cutShort)
    case 'br':
      return zlib.createBrotliDecompress({ finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH })
    case 'zstd':
      // 8 MB is the window that RFC 9659 allows on the web.
      return zlib.createZstdDecompress({ params: { [zlib.constants.ZSTD_d_windowLogMax]: 23 } })
    default:
      return undefined
  }
}
