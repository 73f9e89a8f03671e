import { type Cell, columns } from './results-columns.ts'

const byteOrderMark = '\ufeff'
const lineEnd = '\r\n'

/**
 * Rows as the CSV that a Brazilian Excel opens with a double click: semicolons, a byte order mark, quotes by RFC 4180.
 * @param groups rows of cells in the order of the columns
 */
export async function* csv(groups: AsyncIterable<readonly Cell[][]>): AsyncGenerator<string> {
  yield byteOrderMark + columns.map(({ header }) => field(header)).join(';') + lineEnd
  for await (const group of groups) {
    let text = ''
    for (const cells of group) text += cells.map(field).join(';') + lineEnd
    yield text
  }
}

/**
 * What spreadsheets take for the start of a formula, after white space and in full width too; a tab or a line break may
 * begin a new cell (OWASP, "CSV Injection"). The apostrophe makes it text.
 */
export const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/

/** A cell as it stands between two separators. */
export function field(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const text = formula.test(cell) ? `'${cell}` : cell
  return /[";,\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
