import { type Duplex, pipeline, Readable } from 'node:stream'
// As a whole: an older Node lacks zstd, and must live long enough to say that it is too old.
import * as zlib from 'node:zlib'
import { Failure } from '../../errors.ts'

export type BodyLimit = {
  /** Bytes, counted on the wire and again after each decompression. */
  maxBytes: number
  /** What to do with a longer one: fail with `SITE_TOO_LARGE`, or keep its beginning (a function is told so). */
  onTooLarge: 'fail' | 'truncate' | (() => void)
}

// Servers have been seen to apply two; more is a bomb.
const maxEncodings = 2
/** Undoing so much at once holds the process for 15 ms at most: what comes out is bounded too. */
const mostUndoneAtOnce = 256 * 1024

/**
 * Reads a body to its end, undoing `contentEncoding` (gzip, deflate, br, zstd) as a stream, so that no more
 * than `maxBytes` and a few buffers are ever held. A gzip header over a plain body is a plain body.
 * @throws Failure `SITE_TOO_LARGE`; `SITE_UNREACHABLE` for one that does not decompress.
 */
export async function readBody(
  body: AsyncIterable<Uint8Array> | Uint8Array[],
  contentEncoding: string | undefined,
  host: string,
  { maxBytes, onTooLarge }: BodyLimit,
): Promise<Uint8Array> {
  const encodings = encodingsOf(contentEncoding)
  if (encodings.length > maxEncodings) {
    throw new Failure('SITE_TOO_LARGE', `${host}: compressed ${encodings.length} times over.`)
  }
  const plain = Array.isArray(body) && undoneAtOnce(body, encodings, maxBytes)
  if (plain) return plain
  const atLimit = () => {
    if (onTooLarge === 'fail') throw new Failure('SITE_TOO_LARGE', `${host}: more than ${maxBytes} bytes.`)
    if (typeof onTooLarge === 'function') onTooLarge()
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

/**
 * A short body that holds no surprise, undone without streams and other threads: those took five times as long. Of what
 * is longer than this, too large, or not what it says it is, nothing.
 */
function undoneAtOnce(chunks: Uint8Array[], encodings: string[], maxBytes: number): Uint8Array | undefined {
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  if (bytes > Math.min(maxBytes, mostUndoneAtOnce)) return undefined
  let body: Uint8Array = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes)
  try {
    for (const encoding of encodings.toReversed()) body = decodingOf(encoding, body)?.atOnce(body, maxBytes) ?? body
    return body
  } catch {
    return undefined
  }
}

/** Passes on at most `maxBytes`, the last chunk cut to fit; `atLimit` may throw, or the stream ends there. */
async function* bounded(
  source: AsyncIterable<Uint8Array> | Uint8Array[],
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
  const decoder = decodingOf(encoding, head)?.stream()
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

type Decoding = {
  stream: () => Duplex
  /** Throws for a body of which more than `maxOutputLength` bytes come out. */
  atOnce: (body: Uint8Array, maxOutputLength: number) => Uint8Array
}

// With a sync flush, a stream that was cut short gives what it held.
const cutShort = { finishFlush: zlib.constants.Z_SYNC_FLUSH }
const brotliCutShort = { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }
// 8 MB is the window that RFC 9659 allows on the web.
const zstdOptions = {
  finishFlush: zlib.constants.ZSTD_e_flush,
  params: { [zlib.constants.ZSTD_d_windowLogMax]: 23 },
}
/** Most pages come out whole in one piece of this size. */
const chunkSize = 64 * 1024

const gzip: Decoding = {
  stream: () => zlib.createGunzip(cutShort),
  atOnce: (body, maxOutputLength) => zlib.gunzipSync(body, { ...cutShort, chunkSize, maxOutputLength }),
}
const deflate: Decoding = {
  stream: () => zlib.createInflate(cutShort),
  atOnce: (body, maxOutputLength) => zlib.inflateSync(body, { ...cutShort, chunkSize, maxOutputLength }),
}
const rawDeflate: Decoding = {
  stream: () => zlib.createInflateRaw(cutShort),
  atOnce: (body, maxOutputLength) => zlib.inflateRawSync(body, { ...cutShort, chunkSize, maxOutputLength }),
}
const brotli: Decoding = {
  stream: () => zlib.createBrotliDecompress(brotliCutShort),
  atOnce: (body, maxOutputLength) => zlib.brotliDecompressSync(body, { ...brotliCutShort, chunkSize, maxOutputLength }),
}
const zstd: Decoding = {
  stream: () => zlib.createZstdDecompress(zstdOptions),
  atOnce: (body, maxOutputLength) => zlib.zstdDecompressSync(body, { ...zstdOptions, chunkSize, maxOutputLength }),
}

/** How to undo the encoding of a body that begins with `head`; nothing for one that is not compressed as it says. */
function decodingOf(encoding: string, head: Uint8Array): Decoding | undefined {
  if (head.length === 0) return undefined
  const [first = 0, second = 0] = head
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return first === 0x1f && second === 0x8b ? gzip : undefined
    case 'deflate':
      // Meant is zlib (RFC 9110, 8.4.1.2); some servers send it without the zlib header.
      return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0 ? deflate : rawDeflate
    case 'br':
      return brotli
    case 'zstd':
      return zstd
    default:
      return undefined
  }
}
