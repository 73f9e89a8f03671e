const htmlTypes = new Set(['text/html', 'application/xhtml+xml'])
/** Types that servers put on pages for want of a better one; the body decides. */
const vagueTypes = new Set(['', 'text/plain', 'application/octet-stream', 'text/xml', 'application/xml'])
const tag = /<(!doctype html|html|head|body|title|meta|script|frameset|div|table|h1|p|a)[\s>]/i

/** Whether a content type rules out a web page, before the body is read. */
export function mayBeHtml(contentType: string | undefined): boolean {
  const type = essence(contentType)
  return htmlTypes.has(type) || vagueTypes.has(type)
}

/**
 * Whether a body is a web page: its type says so or says nothing, and its first bytes do not say otherwise
 * (a PDF under `text/html`), or hold a tag where the type is vague.
 */
export function isHtml(body: Uint8Array, contentType: string | undefined): boolean {
  const type = essence(contentType)
  const head = Buffer.from(body.subarray(0, 2048))
  if (!mayBeHtml(contentType) || isBinary(head)) return false
  return htmlTypes.has(type) || tag.test(head.toString('latin1').replaceAll('\0', ''))
}

const essence = (contentType = '') => (contentType.split(';')[0] ?? '').trim().toLowerCase()

const signatures = [
  '%PDF-',
  '\x89PNG',
  'GIF8',
  '\xff\xd8\xff',
  'PK\x03\x04',
  '\x1f\x8b',
  'Rar!',
  '7z\xbc\xaf',
  'OggS',
  'ID3',
  '\x7fELF',
  '\xd0\xcf\x11\xe0',
  'wOFF',
  'wOF2',
  '{\\rtf',
]

function isBinary(head: Buffer): boolean {
  const text = head.toString('latin1')
  if (signatures.some((signature) => text.startsWith(signature))) return true
  if (/^RIFF[\s\S]{4}(WEBP|WAVE|AVI )/.test(text) || text.slice(4, 8) === 'ftyp') return true
  const isUtf16 = text.startsWith('\xff\xfe') || text.startsWith('\xfe\xff')
  return !isUtf16 && text.includes('\0\0')
}
