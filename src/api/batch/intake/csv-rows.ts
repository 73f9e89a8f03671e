import { BatchRefused } from './batch-refused.ts'
import type { QuoteRules } from './csv-quotes.ts'
import { behindBreak, endOfLine, type RowRead, readRow, type StrayQuote } from './csv-row.ts'
import { readBegin } from './csv-separator.ts'

/** `line` as a spreadsheet numbers it: the header is one, an empty row counts, a line break within quotes does not. */
export type CsvRow = Pick<RowRead, 'isBroken' | 'bareQuotes'> & {
  line: number
  cells: readonly string[]
  stray?: StrayQuote
  /** The line of the stray quote whose text may have this line in it. */
  within?: number
}

/** How an .xlsx (a ZIP) and an .xls (OLE) begin. */
const workbooks = ['PK\u0003\u0004', '\u00d0\u00cf\u0011\u00e0']

type CsvRowsOptions = QuoteRules & {
  /** Whether a column's header is. */
  isKnown(header: string): boolean
}

/**
 * The rows of a file with something in them, the header first. The separator is the one that makes most of the header's
 * columns known; `sep=;` on a line of its own, as Excel writes and reads it, names it.
 * @param texts pieces that end where a line does
 * @throws BatchRefused when it is a workbook
 */
export async function* csvRows(
  texts: AsyncGenerator<string>,
  { isKnown, ...quotes }: CsvRowsOptions,
): AsyncGenerator<CsvRow> {
  const begin = await readBegin(texts, { isKnown, ...quotes })
  let { text } = begin
  if (workbooks.some((each) => text.startsWith(each))) {
    const detail =
      'Este arquivo é uma planilha do Excel, não um CSV. No Excel, use "Salvar como" e escolha "CSV UTF-8".'
    throw new BatchRefused('BODY_NOT_CSV', detail)
  }
  const named = /^"?sep=(.)"?\r?\n/i.exec(text)
  const rules = { ...quotes, separator: named?.[1] ?? begin.separator, isLast: false }
  let line = named ? 1 : 0
  /** Up to where, behind a stray quote, lines are taken one by one. */
  let doubted = { line: 0, until: 0 }
  for (let at = named?.[0].length ?? 0; ; ) {
    const isWithin = at < doubted.until
    const row = at >= text.length ? undefined : isWithin ? bareRow(text, at, rules.separator) : readRow(text, at, rules)
    if (row) {
      line += 1
      at = row.next
      const { next, ...read } = row
      if (read.stray?.until !== undefined) doubted = { line, until: read.stray.until }
      if (read.cells.some((cell) => cell.trim() !== ''))
        yield { line, ...read, ...(isWithin && { within: doubted.line }) }
      continue
    }
    if (rules.isLast) return
    // At least as much as there is to be read again, so that rows that come in small pieces cost no more.
    const pending = text.slice(at)
    let more = ''
    do {
      const { value, done } = await texts.next()
      if (done) rules.isLast = true
      else more += value
    } while (!rules.isLast && more.length < pending.length)
    text = pending + more
    at = 0
    doubted.until = 0
  }
}

/** A line without regard to its quotes. */
function bareRow(text: string, at: number, separator: string): RowRead {
  const end = endOfLine(text, at)
  return { cells: text.slice(at, end).split(separator), next: behindBreak(text, end) }
}
