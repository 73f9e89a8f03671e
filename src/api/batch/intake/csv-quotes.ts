import { cnpjInCell } from './csv-cells.ts'
import type { CellLimits, StrayQuote } from './csv-row.ts'

/** Of a column that is used: names and towns, of which the longest is a name. */
const usedCell: CellLimits = { lines: 20, characters: 300 }
/** Of any other, such as a column of notes. So many characters a cell of Excel holds. */
const otherCell: CellLimits = { lines: 200, characters: 32_767 }

/**
 * What makes a quote a stray one. A sheet has line breaks within its cells, and these go on working; a quote too many
 * would take thousands of rows into one cell.
 * @param fields of the columns; none before the header is read
 */
export function quoteRules(fields: () => readonly (string | undefined)[]) {
  const isUsed = (column: number) => fields()[column] !== undefined
  return {
    columns: () => fields().length || Number.POSITIVE_INFINITY,
    limitsOf: (column: number): CellLimits => (isUsed(column) ? usedCell : otherCell),
    holdsRows(lines: readonly (readonly string[])[], column: number): boolean {
      const columns = fields().length
      const cnpj = fields().indexOf('cnpj')
      // A note may name a CNPJ on a line of its own.
      const isCompany = (cells: readonly string[]) =>
        cnpj >= 0 && cells.length >= Math.min(columns, 2) && cnpjInCell(cells[cnpj] ?? '') !== undefined
      // The last line ends at the closing quote, wherever in a row that stands.
      const isRow = (cells: readonly string[], at: number) =>
        isUsed(column) && columns > 1 && cells.length === columns && at < lines.length - 2
      return lines.slice(1).some((cells, at) => isCompany(cells) || isRow(cells, at))
    },
  }
}

/** Why a row with a stray quote is not valid. */
export function strayReason({ behind }: StrayQuote, line: number): string {
  return behind === undefined
    ? `as aspas abertas na linha ${line} não se fecham nela, e o que vem depois não parece ser do mesmo texto; feche-as, ou escreva "" para aspas dentro de um texto entre aspas`
    : `depois das aspas que se fecham vem mais texto (${shortened(behind)}); escreva "" para aspas dentro de um texto entre aspas`
}

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40).toWellFormed()}…` : text)
