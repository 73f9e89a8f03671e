import { jsonLdReader } from './json-ld.ts'
import { most } from './page-limits.ts'

/** What the text of an element that holds no markup is read as. */
export type RawKind = 'title' | 'json_ld' | 'document' | 'dropped'

/** Collects the text of elements that hold no markup, in the pieces that a parser gives, and what their JSON-LD says. */
export function rawTextReader() {
  const readJsonLd = jsonLdReader()
  const jsonLd: unknown[] = []
  let jsonLdLength = 0
  let kind: RawKind | undefined
  let text = ''

  return {
    jsonLd,
    open(as: RawKind): void {
      kind = as
      text = ''
    },
    isOpen: (): boolean => kind !== undefined,
    write(piece: string): void {
      if (kind === 'title') text += piece.slice(0, most.titleLength - text.length)
      else if (kind === 'document') text += piece
      else if (kind === 'json_ld') {
        jsonLdLength += piece.length
        // What is left of one that was cut is no JSON.
        text = jsonLdLength > most.jsonLdLength ? '' : text + piece
      }
    },
    /** The element's text, and what it was read as. */
    close(): { kind: RawKind | undefined; text: string } {
      const closed = { kind, text }
      if (kind === 'json_ld' && text) {
        jsonLdLength += Math.max(0, most.jsonLdScript - text.length)
        for (const each of readJsonLd(text)) jsonLd.push(each)
      }
      kind = undefined
      text = ''
      return closed
    },
  }
}
