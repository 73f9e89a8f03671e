import { cnpjInCell } from './csv-cells.ts'
import { type BrokenCell, mostOfCellCharacters, type RowRules, type StrayQuote } from './csv-row.ts'

/** What of {@link RowRules} depends on the sheet, and not on where in it one is. */
export type QuoteRules = Pick<RowRules, 'columns' | 'isCompany' | 'isDoubtful'>

/**
 * What makes a quote a stray one. A sheet has line breaks within its cells, and these go on working; a quote too many
 * would take thousands of rows into one cell.
 * @param fields of the columns; none before the header is read
 * @param isValid whether a row of these cells would be taken
 */
export function quoteRules(
  fields: () => readonly (string | undefined)[],
  isValid: (cells: readonly string[]) => boolean,
): QuoteRules {
  const cnpjColumn = () => fields().indexOf('cnpj')
  const hasCnpj = (cells: readonly string[]) => cnpjColumn() >= 0 && cnpjInCell(cells[cnpjColumn()] ?? '') !== undefined
  const isRow = (cells: readonly string[]) => cells.length === fields().length && isValid(cells)
  return {
    columns: () => fields().length || Number.POSITIVE_INFINITY,
    // A note may name a CNPJ on a line of its own.
    isCompany: (cells) =>
      fields().length === 0
        ? cells.some((cell) => cnpjInCell(cell) !== undefined)
        : cells.length >= Math.min(fields().length, 2) && hasCnpj(cells),
    isDoubtful(cells, broken) {
      const columns = fields().length
      if (columns < 2) return false
      const [opening] = broken
      const first = opening && opening.column < columns - 1 ? opening.lines[0]! : []
      if (opening && opening.column < cnpjColumn() && first.length === columns && hasCnpj(first)) return true
      // A row with a CNPJ is told by it; without one there is nothing but how a line looks.
      if (hasCnpj(cells)) return false
      const holdsRows = ({ column, lines }: BrokenCell) => {
        const inner = lines.slice(1)
        if (fields()[column] !== undefined) return inner.some(isRow)
        return inner.length > 0 && inner.every(isRow)
      }
      return (opening && fields()[opening.column] !== undefined && isRow(first)) || broken.some(holdsRows)
    },
  }
}

/** Why a row with a stray quote is not valid. */
export function strayReason({ behind, isTooLong }: StrayQuote, line: number): string {
  if (behind !== undefined)
    return `depois das aspas que se fecham vem mais texto (${shortened(behind)}); escreva "" para aspas dentro de um texto entre aspas`
  const why = isTooLong
    ? `não se fecham em ${mostOfCellCharacters.toLocaleString('pt-BR')} caracteres, o máximo de uma célula do Excel`
    : 'não se fecham nela, e o que vem depois não parece ser do mesmo texto'
  return `as aspas abertas na linha ${line} ${why}; feche-as, ou escreva "" para aspas dentro de um texto entre aspas`
}

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40).toWellFormed()}…` : text)
