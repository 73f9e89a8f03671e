import type { QuoteRules } from './csv-quotes.ts'
import type { CsvRow } from './csv-rows.ts'

/** What is to be thought of a row: that its cells are a company's, perhaps, or not, for a reason. */
export type Judgement = 'sure' | 'unsure' | { reason: string }

/**
 * Behind a quote that was given up, rows may be lines of the text that it opened. What is there never becomes a company
 * in silence: until a row with a CNPJ, or the text's end, a row counts only if nothing speaks against it, and then it is
 * told that it was not sure.
 * @param cnpjColumn -1: there is none
 * @returns to be asked about each row, in their order
 */
export function createDoubts({ columns, isCompany }: QuoteRules, cnpjColumn: () => number) {
  /** The line of the quote. */
  let opened: number | undefined
  return (row: CsvRow): Judgement => {
    const { line, cells, stray, within, bareQuotes = [] } = row
    if (stray) {
      if (stray.isClosed) opened = undefined
      else if (stray.behind === undefined || cells.length !== columns() || isOdd(cells.slice(stray.column)))
        opened = line
      return 'sure'
    }
    if (within !== undefined) return { reason: doubtReason(within) }
    if (opened === undefined && bareQuotes.length === 0) return 'sure'
    const lone = bareQuotes.find((column) => isOdd([cells[column]!])) ?? Number.POSITIVE_INFINITY
    if (isCompany(cells) && cnpjColumn() < lone) {
      opened = undefined
      return 'sure'
    }
    const isEnd = cells[lone]?.trimEnd().endsWith('"') === true
    const isShort = cells.length < columns()
    if (opened === undefined) return isEnd && isShort ? { reason: endReason } : 'sure'
    const reason = doubtReason(opened)
    if (isEnd) opened = undefined
    return bareQuotes.length > 0 || isShort || row.isBroken ? { reason } : 'unsure'
  }
}

/** Whether a quote among them has no other. */
const isOdd = (cells: readonly string[]): boolean => cells.join('').split('"').length % 2 === 0

const doubtReason = (line: number): string =>
  `pode ser parte do texto cujas aspas se abrem na linha ${line}, e não uma empresa; corrija as aspas de lá e envie esta linha de novo`

const endReason =
  'parece ser o fim de um texto entre aspas que nenhuma linha acima abre; confira as aspas das linhas acima'
