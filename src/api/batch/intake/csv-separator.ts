import type { QuoteRules } from './csv-quotes.ts'
import { readRow } from './csv-row.ts'

const separators = [';', ',', '\t'] as const
/** A header of so many characters without an end is none. */
const mostHeaderCharacters = 64 * 1024

type BeginOptions = QuoteRules & {
  /** Whether a column's header is. */
  isKnown(header: string): boolean
}

/**
 * Reads as much of a file as has its header in it, whichever separator it has, and tells that: the one that makes most
 * columns known, or else most columns.
 */
export async function readBegin(
  texts: AsyncGenerator<string>,
  { isKnown, ...quotes }: BeginOptions,
): Promise<{ text: string; separator: string }> {
  let text = ''
  let isWhole = false
  for (let wanted = 1; ; wanted = 2 * text.length) {
    while (!isWhole && text.length < wanted) {
      const { value, done } = await texts.next()
      if (done) isWhole = true
      else text += value
    }
    const isLast = isWhole || text.length >= mostHeaderCharacters
    const read = separators.flatMap((separator) => {
      const headers = firstRow(text, { ...quotes, separator, isLast })
      return headers ? [{ separator, known: headers.filter(isKnown).length, columns: headers.length }] : []
    })
    if (read.length < separators.length) continue
    const [best] = read.sort((a, b) => b.known - a.known || b.columns - a.columns)
    return { text, separator: best!.separator }
  }
}

/** The first row that says something; undefined when more text is needed to tell. */
function firstRow(text: string, rules: QuoteRules & { separator: string; isLast: boolean }): string[] | undefined {
  for (let at = 0; at < text.length; ) {
    const row = readRow(text, at, rules)
    if (!row) return undefined
    if (row.cells.some((cell) => cell.trim() !== '')) return row.cells
    at = row.next
  }
  return rules.isLast ? [] : undefined
}
