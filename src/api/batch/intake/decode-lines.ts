import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { BatchRefused } from './batch-refused.ts'

const newline = 0x0a
const usualCharset = 'windows-1252'

/** Enough of a file to see its byte order mark, or UTF-16 without one. */
const telltaleBytes = 4
/** The last sign of a text file of CP/M and DOS, which some programs still write. */
const endOfText = '\u001a'

export type DecodeOptions = {
  /** Of the Content-Type header, if it has one. */
  charset?: string | undefined
  lineBytes: number
  /** Told of a word that makes sense in CP850 and none in what it was read as. */
  onDosText?(word: string): void
}

/**
 * The text of a file, as pieces that end where a line does. Each line is UTF-8 where its bytes are, and otherwise of the
 * charset that the header names, or Windows-1252 (the superset of ISO-8859-1 that Excel writes in Brazil). Bytes that are
 * valid UTF-8 beyond ASCII make no sense in a single-byte charset, so a wrong header does no harm. UTF-16 is known by its
 * byte order mark, which is dropped, as UTF-8's is, or by the zeros beside its first two letters. A Ctrl-Z at the end is
 * dropped, too.
 * @throws BatchRefused when a line is too long
 */
export async function* decodeLines(
  pieces: AsyncIterable<Uint8Array>,
  { charset, lineBytes, onDosText }: DecodeOptions,
): AsyncGenerator<string> {
  const other = singleByte(charset)
  const seek = other === usualCharset ? onDosText : undefined
  let utf16: iconv.DecoderStream | undefined
  let isFirst = true
  let lines = 0
  let rest: Uint8Array = Buffer.alloc(0)
  let restText = ''
  const checkLength = (length: number) => {
    if (length <= lineBytes) return
    const detail = `Uma linha pode ter no máximo ${lineBytes / 1024} KiB; a que vem depois da linha ${lines} do arquivo tem mais.`
    throw new BatchRefused('BODY_TOO_LARGE', detail)
  }
  for await (const piece of pieces) {
    let bytes: Buffer = rest.length === 0 ? asBuffer(piece) : Buffer.concat([rest, piece])
    if (isFirst) {
      if (bytes.length < telltaleBytes) {
        rest = bytes
        continue
      }
      isFirst = false
      utf16 = utf16Decoder(bytes)
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3)
    }
    let text: string
    if (utf16) {
      rest = Buffer.alloc(0)
      const decoded = restText + (utf16.write(bytes) ?? '')
      const end = decoded.lastIndexOf('\n') + 1
      text = decoded.slice(0, end)
      restText = decoded.slice(end)
    } else {
      const end = bytes.lastIndexOf(newline) + 1
      rest = bytes.subarray(end)
      text = end === 0 ? '' : decode(bytes.subarray(0, end), other, seek)
    }
    checkLength(rest.length + 2 * restText.length)
    if (text === '') continue
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1
    yield text
  }
  const last = utf16 ? restText + (utf16.end() ?? '') : decode(asBuffer(rest), other, seek)
  const whole = last.endsWith(endOfText) ? last.slice(0, -1) : last
  if (whole !== '') yield whole
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function decode(bytes: Buffer, other: string, onDosText: DecodeOptions['onDosText']): string {
  if (isUtf8(bytes)) return bytes.toString()
  let text = ''
  for (let from = 0; from < bytes.length; ) {
    const found = bytes.indexOf(newline, from)
    const end = found < 0 ? bytes.length : found + 1
    const line = bytes.subarray(from, end)
    const decoded = isUtf8(line) ? line.toString() : iconv.decode(line, other)
    const word = onDosText && wordOfDos(decoded)
    if (word !== undefined) onDosText?.(word)
    text += decoded
    from = end
  }
  return text
}

/**
 * What CP850's small letters with accents, and its É, Á and Ç, look like in Windows-1252: signs that stand within no word
 * (é is ‚, ç is ‡, ó is ¢). Capitals alone may look like others (Ã is Ç), and are not told.
 */
const dosLetter = /\p{L}(?:[€ƒˆ¡¢£µ\u0090]\p{L}|[‚‡]|Æ\p{Ll})/u
const mostWordCharacters = 20

function wordOfDos(line: string): string | undefined {
  const at = line.search(dosLetter)
  if (at < 0) return undefined
  const before = /[^\s;,"]*$/.exec(line.slice(Math.max(0, at - mostWordCharacters), at))![0]
  const behind = /^[^\s;,"]*/.exec(line.slice(at, at + mostWordCharacters))![0]
  return before + behind
}

function utf16Decoder(bytes: Buffer): iconv.DecoderStream | undefined {
  const [first, second, third, fourth] = bytes
  if ((first === 0xff && second === 0xfe) || (first && !second && third && !fourth)) return iconv.getDecoder('utf-16le')
  if ((first === 0xfe && second === 0xff) || (!first && second && !third && fourth)) return iconv.getDecoder('utf-16be')
  return undefined
}

/** Of DOS, which browsers do not know and iconv-lite does. */
const dosCharset = /^(?:(?:cp|ibm)-?)?(437|850|858|860)$/i

// The other names are the WHATWG Encoding Standard's, in which iso-8859-1 and us-ascii are windows-1252.
function singleByte(label: string | undefined): string {
  const [, codePage] = dosCharset.exec(label ?? '') ?? []
  if (codePage !== undefined) return `cp${codePage}`
  try {
    const { encoding } = new TextDecoder(label ?? usualCharset)
    return /^utf-/.test(encoding) || !iconv.encodingExists(encoding) ? usualCharset : encoding
  } catch {
    return usualCharset
  }
}
