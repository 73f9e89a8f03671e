/** Rows under a head as lines of text, columns two blanks apart; numbers stand at the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const shown = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('pt-BR') : cell)))
  const widths = head.map((title, column) => Math.max(title.length, ...shown.map((row) => row[column]!.length)))
  const isNumber = head.map((_title, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (isNumber[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd()
  return [head, ...shown].map(line).join('\n')
}
