import { plainCnpj, readCnpj } from '../../../kinds/cnpj-text.ts'
import type { FieldError } from '../../problem.ts'
import { formula } from '../results/results-csv.ts'

const truth: Record<string, boolean> = {
  sim: true,
  s: true,
  true: true,
  verdadeiro: true,
  yes: true,
  y: true,
  x: true,
  '1': true,
  nao: false,
  n: false,
  false: false,
  falso: false,
  no: false,
  '0': false,
}

const cnpjCharacters = 14
const fewestLeft = 11

/** What a row of a sheet says, as a request would say it. */
export type CsvItem = {
  item: Record<string, unknown>
  /** What only a spreadsheet can get wrong. */
  errors: FieldError[]
  /** Zeros that the sheet had taken from the CNPJ were put back. */
  isPadded: boolean
}

/** A row's cells as the fields that their columns are for. A blank cell is a field that is not there. */
export function csvItem(cells: readonly string[], fields: readonly (string | undefined)[]): CsvItem {
  const item: Record<string, unknown> = {}
  const errors: FieldError[] = []
  let isPadded = false
  for (const [column, field] of fields.entries()) {
    const text = cellText(cells[column] ?? '')
    if (field === undefined || text === '') continue
    item[field] = text
    if (field === 'cnpj') {
      const number = plainCnpj(text)
      const padded = withZeros(number)
      isPadded = padded !== undefined
      if (padded !== undefined) item[field] = padded
      if (isScientific(number)) errors.push({ field, reason: scientificReason(text) })
    } else if (field === 'profile') {
      const said =
        truth[
          text
            .normalize('NFD')
            .toLowerCase()
            .replace(/[^a-z0-9]/g, '')
        ]
      if (said === undefined) errors.push({ field, reason: `"${shortened(text)}" não é sim nem não` })
      else item[field] = said
    } else if (field === 'max_age') {
      // A column of numbers with blanks among them comes out of pandas as 30.0.
      const days = /^(\d{1,9})([.,]0+)?$/.exec(text)?.[1]
      if (days === undefined)
        errors.push({ field, reason: `"${shortened(text)}" não é um número inteiro de dias, como 30` })
      else item[field] = Number(days)
    }
  }
  if (cells.slice(fields.length).some((cell) => cell.trim() !== '')) {
    const reason = `a linha tem ${cells.length} colunas, e o cabeçalho ${fields.length}; um texto com o separador dentro precisa de aspas`
    errors.push({ field: '', reason })
  }
  return { item, errors, isPadded }
}

/**
 * What a cell says. `="00123"` is how exports keep a spreadsheet from reading a text as a number, and an apostrophe how
 * our own keep it from reading one as a formula.
 */
function cellText(cell: string): string {
  const text = cell.trim()
  if (text.startsWith("'") && formula.test(text.slice(1))) return text.slice(1).trim()
  const inner = /^="((?:[^"]|"")*)"$/.exec(text)?.[1]
  return inner === undefined ? text : inner.replaceAll('""', '"').trim()
}

/** The CNPJ that a cell of a sheet holds; undefined: none. */
export function cnpjInCell(cell: string): string | undefined {
  const number = plainCnpj(cellText(cell))
  return withZeros(number) ?? readCnpj(number)
}

/** A sheet takes a number's leading zeros away; with them back, the check digits say whether it was one. */
function withZeros(text: string): string | undefined {
  if (!/^\d+$/.test(text) || text.length < fewestLeft || text.length >= cnpjCharacters) return undefined
  return readCnpj(text.padStart(cnpjCharacters, '0'))
}

const isScientific = (text: string): boolean => /^\d([.,]\d+)?e\+?\d+$/i.test(text)

const scientificReason = (text: string): string =>
  `o Excel transformou o CNPJ em "${shortened(text)}" e perdeu dígitos; formate a coluna como Texto, cole nela os CNPJs de novo e salve o arquivo outra vez`

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text)
