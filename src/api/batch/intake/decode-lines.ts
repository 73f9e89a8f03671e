import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { BatchRefused } from './batch-refused.ts'

const newline = 0x0a
const usualCharset = 'windows-1252'

/**
 * The text of a file, as pieces that end where a line does. Each line is UTF-8 where its bytes are, and otherwise of the
 * charset that the header names, or Windows-1252 (the superset of ISO-8859-1 that Excel writes in Brazil). Bytes that are
 * valid UTF-8 beyond ASCII make no sense in a single-byte charset, so a wrong header does no harm. UTF-16 is known by its
 * byte order mark, which is dropped, as UTF-8's is.
 * @param charset of the Content-Type header, if it has one
 */
export async function* decodeLines(
  pieces: AsyncIterable<Uint8Array>,
  { charset, lineBytes }: { charset?: string | undefined; lineBytes: number },
): AsyncGenerator<string> {
  const other = singleByte(charset)
  let utf16: iconv.DecoderStream | undefined
  let isFirst = true
  let lines = 0
  let rest: Uint8Array = Buffer.alloc(0)
  for await (const piece of pieces) {
    let bytes: Buffer = rest.length === 0 ? asBuffer(piece) : Buffer.concat([rest, piece])
    if (isFirst) {
      if (bytes.length < 3) {
        rest = bytes
        continue
      }
      isFirst = false
      utf16 = utf16Decoder(bytes)
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3)
    }
    if (utf16) {
      rest = Buffer.alloc(0)
      yield utf16.write(bytes) ?? ''
      continue
    }
    const end = bytes.lastIndexOf(newline) + 1
    rest = bytes.subarray(end)
    if (rest.length > lineBytes) {
      const detail = `Uma linha pode ter no máximo ${lineBytes / 1024} KiB; a que vem depois da linha ${lines} do arquivo tem mais.`
      throw new BatchRefused('BODY_TOO_LARGE', detail)
    }
    if (end === 0) continue
    const text = decode(bytes.subarray(0, end), other)
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1
    yield text
  }
  const last = utf16 ? (utf16.end() ?? '') : decode(asBuffer(rest), other)
  if (last !== '') yield last
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function decode(bytes: Buffer, other: string): string {
  if (isUtf8(bytes)) return bytes.toString()
  let text = ''
  for (let from = 0; from < bytes.length; ) {
    const found = bytes.indexOf(newline, from)
    const end = found < 0 ? bytes.length : found + 1
    const line = bytes.subarray(from, end)
    text += isUtf8(line) ? line.toString() : iconv.decode(line, other)
    from = end
  }
  return text
}

function utf16Decoder(bytes: Buffer): iconv.DecoderStream | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return iconv.getDecoder('utf-16le')
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return iconv.getDecoder('utf-16be')
  return undefined
}

// The names are the WHATWG Encoding Standard's, in which iso-8859-1 and us-ascii are windows-1252.
function singleByte(label: string | undefined): string {
  try {
    const { encoding } = new TextDecoder(label ?? usualCharset)
    return /^utf-/.test(encoding) || !iconv.encodingExists(encoding) ? usualCharset : encoding
  } catch {
    return usualCharset
  }
}
