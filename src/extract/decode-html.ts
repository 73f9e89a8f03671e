import { isAscii, isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'

const prescanBytes = 4096
const boms = [
  { bytes: [0xef, 0xbb, 0xbf], charset: 'utf-8' },
  { bytes: [0xff, 0xfe], charset: 'utf-16le' },
  { bytes: [0xfe, 0xff], charset: 'utf-16be' },
] as const

/**
 * The text of a page, and the charset (its WHATWG name) it was read as: what the byte order mark says, then the HTTP
 * header, then `<meta>`, then strict UTF-8, then windows-1252.
 *
 * Labels lie, so bytes that are valid UTF-8 and hold an accented letter are UTF-8 whatever the label says: the same
 * bytes make no sense in a single-byte charset. A label that names no charset counts as none.
 */
export function decodeHtml(body: Uint8Array, contentType?: string): { html: string; charset: string } {
  const bom = boms.find(({ bytes }) => bytes.every((byte, index) => body[index] === byte))
  const charset = bom?.charset ?? charsetWithoutBom(body, contentType)
  return { html: charset === 'utf-8' ? decodeUtf8(body) : iconv.decode(body, charset), charset }
}

/** Node's own reader takes a tenth of iconv-lite's time. */
function decodeUtf8(body: Uint8Array): string {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

function charsetWithoutBom(body: Uint8Array, contentType: string | undefined): string {
  const utf8 = readAsUtf8(body)
  if (utf8 === 'with letters beyond ASCII') return 'utf-8'
  const label = knownCharset(/charset\s*=\s*["']?\s*([^\s"';,]+)/i.exec(contentType ?? '')?.[1]) ?? metaCharset(body)
  if (label !== 'utf-8') return label ?? (utf8 === 'no' ? 'windows-1252' : 'utf-8')
  // Labelled UTF-8 and not quite: a few broken bytes are a lesser evil than reading every letter of it wrong.
  return utf8 !== 'no' || mostlyUtf8(body) ? 'utf-8' : 'windows-1252'
}

// `stream` because a body may have been cut in the middle of a letter.
function readAsUtf8(body: Uint8Array): 'no' | 'only ASCII' | 'with letters beyond ASCII' {
  if (isAscii(body)) return 'only ASCII'
  if (isUtf8(body)) return 'with letters beyond ASCII'
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(body, { stream: true })
    return 'with letters beyond ASCII'
  } catch {
    return 'no'
  }
}

function mostlyUtf8(body: Uint8Array): boolean {
  const text = new TextDecoder().decode(body)
  let broken = 0
  let sound = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 0xfffd) broken++
    else if (code >= 0x80 && code < 0xfffd) sound++
  }
  return sound > broken
}

function metaCharset(body: Uint8Array): string | undefined {
  const start = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, prescanBytes)).toString('latin1')
  const head = start.replace(/<!--.*?-->/gs, '')
  const meta = /<meta\s[^<>]*?charset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(head)
  const xml = /^\s*<\?xml\s[^<>]*?encoding\s*=\s*["']([^"']+)/i.exec(head)
  const charset = knownCharset(meta?.[1] ?? xml?.[1])
  // What could be read as ASCII up to here is not UTF-16 (WHATWG HTML, "prescan a byte stream").
  return charset?.startsWith('utf-16') ? 'utf-8' : charset
}

// The names are the WHATWG Encoding Standard's, in which iso-8859-1 and us-ascii are windows-1252.
function knownCharset(label: string | undefined): string | undefined {
  if (!label) return undefined
  try {
    const { encoding } = new TextDecoder(label)
    return iconv.encodingExists(encoding) ? encoding : undefined
  } catch {
    return undefined
  }
}
