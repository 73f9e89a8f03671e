import { pipeline, Readable } from 'node:stream'
import { type CsvError, parse } from 'csv-parse'
import { BatchRefused } from './batch-refused.ts'

/** `line` as a spreadsheet numbers it: the header is one, an empty row counts, a line break within quotes does not. */
export type CsvRow = { line: number; cells: readonly string[] }

const separators = [';', ',', '\t'] as const
/** How an .xlsx (a ZIP) and an .xls (OLE) begin. */
const workbooks = ['PK\u0003\u0004', '\u00d0\u00cf\u0011\u00e0']
/** A header of so many characters without an end is none. */
const mostHeaderCharacters = 64 * 1024

/**
 * The rows of a file with something in them, the header first. The separator is the one that makes most of the header's
 * columns known; `sep=;` on a line of its own, as Excel writes and reads it, names it.
 * @param isKnown whether a column's header is
 * @throws BatchRefused when it is no CSV
 */
export async function* csvRows(
  texts: AsyncGenerator<string>,
  { isKnown, rowCharacters }: { isKnown(header: string): boolean; rowCharacters: number },
): AsyncGenerator<CsvRow> {
  const start = await readHeader(texts)
  if (workbooks.some((begin) => start.startsWith(begin))) {
    const detail =
      'Este arquivo é uma planilha do Excel, não um CSV. No Excel, use "Salvar como" e escolha "CSV UTF-8".'
    throw new BatchRefused('BODY_NOT_CSV', detail)
  }
  const named = /^"?sep=(.)"?\r?\n/i.exec(start)
  const parser = parse({
    delimiter: named?.[1] ?? bestSeparator(start, isKnown),
    // A quote within a cell that does not begin with one stands for itself.
    relax_quotes: true,
    relax_column_count: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: rowCharacters,
  })
  pipeline(Readable.from(chain(start, texts)), parser, () => {})
  let line = 0
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      line += 1
      if (line === 1 && named) continue
      if (cells.some((cell) => cell.trim() !== '')) yield { line, cells }
    }
  } catch (error) {
    throw refusalOf(error)
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

async function* chain(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (start !== '') yield start
  yield* rest
}

function bestSeparator(start: string, isKnown: (header: string) => boolean): string {
  const header = start.split(/[\r\n]/).find((line) => line.trim() !== '') ?? ''
  const knownBy = (separator: string) => header.split(separator).filter(isKnown).length
  const [best] = separators
    .map((separator) => ({ separator, known: knownBy(separator), columns: header.split(separator).length }))
    .sort((a, b) => b.known - a.known || b.columns - a.columns)
  return best!.separator
}

function refusalOf(error: unknown): unknown {
  const { code, records } = error as CsvError & { records?: number }
  const line = (records ?? 0) + 1
  if (code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE') {
    const detail = `A linha ${line} abre aspas que não se fecham, e por isso o resto do arquivo não pode ser lido. Feche as aspas, ou escreva "" para aspas dentro de um texto.`
    return new BatchRefused('BODY_NOT_CSV', detail)
  }
  return typeof code === 'string' && code.startsWith('CSV_')
    ? new BatchRefused('BODY_NOT_CSV', `O arquivo não pôde ser lido como CSV a partir da linha ${line}.`)
    : error
}
