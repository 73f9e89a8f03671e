import { companyFields } from '../../../kinds/company-fields.ts'
import type { FieldError } from '../../problem.ts'

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
    const text = cells[column]?.trim() ?? ''
    if (field === undefined || text === '') continue
    item[field] = text
    if (field === 'cnpj') {
      const padded = withZeros(text)
      isPadded = padded !== undefined
      if (padded !== undefined) item[field] = padded
      if (isScientific(text)) errors.push({ field, reason: scientificReason(text) })
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
    } else if (field === 'max_age' && /^\d{1,9}$/.test(text)) {
      item[field] = Number(text)
    }
  }
  if (cells.slice(fields.length).some((cell) => cell.trim() !== '')) {
    const reason = `a linha tem ${cells.length} colunas, e o cabeçalho ${fields.length}; um texto com o separador dentro precisa de aspas`
    errors.push({ field: '', reason })
  }
  return { item, errors, isPadded }
}

/** A sheet takes a number's leading zeros away; with them back, the check digits say whether it was one. */
function withZeros(text: string): string | undefined {
  if (!/^\d+$/.test(text) || text.length < fewestLeft || text.length >= cnpjCharacters) return undefined
  const padded = text.padStart(cnpjCharacters, '0')
  return companyFields.cnpj.safeParse(padded).success ? padded : undefined
}

const isScientific = (text: string): boolean => /^\d([.,]\d+)?e\+?\d+$/i.test(text)

const scientificReason = (text: string): string =>
  `o Excel transformou o CNPJ em "${shortened(text)}" e perdeu dígitos; formate a coluna como Texto, cole nela os CNPJs de novo e salve o arquivo outra vez`

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text)
