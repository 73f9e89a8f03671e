import { BatchRefused } from './batch-refused.ts'
import { type RowRules, readRow, type StrayQuote } from './csv-row.ts'

/** `line` as a spreadsheet numbers it: the header is one, an empty row counts, a line break within quotes does not. */
export type CsvRow = { line: number; cells: readonly string[]; stray?: StrayQuote }

const separators = [';', ',', '\t'] as const
/** How an .xlsx (a ZIP) and an .xls (OLE) begin. */
const workbooks = ['PK\u0003\u0004', '\u00d0\u00cf\u0011\u00e0']
/** A header of so many characters without an end is none. */
const mostHeaderCharacters = 64 * 1024
/** So much is read twice because of stray quotes; from then on no quote leads out of its line. */
const mostReadTwice = 32 * 1024 * 1024

type CsvRowsOptions = Pick<RowRules, 'columns' | 'limitsOf'> & {
  /** Whether a column's header is. */
  isKnown(header: string): boolean
  /** Of lines that are taken apart; {@link RowRules}. */
  holdsRows(lines: readonly (readonly string[])[], column: number): boolean
}

/**
 * The rows of a file with something in them, the header first. The separator is the one that makes most of the header's
 * columns known; `sep=;` on a line of its own, as Excel writes and reads it, names it.
 * @param texts pieces that end where a line does
 * @throws BatchRefused when it is a workbook
 */
export async function* csvRows(
  texts: AsyncGenerator<string>,
  { isKnown, columns, holdsRows, limitsOf }: CsvRowsOptions,
): AsyncGenerator<CsvRow> {
  let text = await readHeader(texts)
  if (workbooks.some((begin) => text.startsWith(begin))) {
    const detail =
      'Este arquivo é uma planilha do Excel, não um CSV. No Excel, use "Salvar como" e escolha "CSV UTF-8".'
    throw new BatchRefused('BODY_NOT_CSV', detail)
  }
  const named = /^"?sep=(.)"?\r?\n/i.exec(text)
  const separator = named?.[1] ?? bestSeparator(text, isKnown)
  let readTwice = 0
  const rules = {
    separator,
    columns,
    limitsOf: (column: number) => (readTwice > mostReadTwice ? { lines: 0, characters: 0 } : limitsOf(column)),
    isLast: false,
    holdsRows: (lines: readonly string[], column: number) =>
      holdsRows(
        lines.map((line) => line.split(separator)),
        column,
      ),
  }
  let line = named ? 1 : 0
  for (let at = named?.[0].length ?? 0; ; ) {
    const row = at < text.length ? readRow(text, at, rules) : undefined
    if (row) {
      line += 1
      at = row.next
      readTwice += row.lookedAhead ?? 0
      if (row.cells.some((cell) => cell.trim() !== ''))
        yield { line, cells: row.cells, ...(row.stray && { stray: row.stray }) }
      continue
    }
    if (rules.isLast) return
    const { value, done } = await texts.next()
    text = text.slice(at) + (done ? '' : value)
    at = 0
    rules.isLast = done === true
  }
}

/** The text up to the end of the first line that says something, or more. */
async function readHeader(texts: AsyncGenerator<string>): Promise<string> {
  let start = ''
  while (!/\S[^\n]*\n/.test(start) && start.length < mostHeaderCharacters) {
    const { value, done } = await texts.next()
    if (done) break
    start += value
  }
  return start
}

function bestSeparator(start: string, isKnown: (header: string) => boolean): string {
  const header = start.split(/[\r\n]/).find((line) => line.trim() !== '') ?? ''
  const knownBy = (separator: string) => header.split(separator).filter(isKnown).length
  const [best] = separators
    .map((separator) => ({ separator, known: knownBy(separator), columns: header.split(separator).length }))
    .sort((a, b) => b.known - a.known || b.columns - a.columns)
  return best!.separator
}
