/** A row goes no further than this beyond its first line, however many texts in quotes it has. */
const mostOfRow = { lines: 500, characters: 256 * 1024 }

/** How far a text in quotes may go once it has left the line in which it began. */
export type CellLimits = { lines: number; characters: number }

export type RowRules = {
  separator: string
  /** Nothing comes behind the text. */
  isLast: boolean
  /** Of the header; a row of several lines that has more says that its quotes were not meant. */
  columns(): number
  limitsOf(column: number): CellLimits
  /** Whether a text in quotes, by its lines, has other rows of the sheet in it: then its quote was never meant to open one. */
  holdsRows(lines: readonly string[], column: number): boolean
}

/** A quote that does not do what quotes do. */
export type StrayQuote = {
  column: number
  /** What stands behind the quote that closes in the same line; undefined: none does. */
  behind: string | undefined
}

export type RowRead = {
  cells: string[]
  /** Where the next row begins. */
  next: number
  /** The row cannot be told; `cells` is its line taken apart as if there were no quotes from there on. */
  stray?: StrayQuote
  /** So many characters behind `next` were looked at to find that out. */
  lookedAhead?: number
}

/**
 * One row of a CSV (RFC 4180). A quote within a cell that does not begin with one stands for itself, and white space
 * behind a closing one is passed over. A row with a {@link StrayQuote} ends with the line in which that stands, so that it
 * takes no other row with it.
 * @returns undefined when more text is needed to tell
 */
export function readRow(text: string, from: number, rules: RowRules): RowRead | undefined {
  const { separator, isLast } = rules
  let end = endOfLine(text, from)
  if (end === text.length && !isLast) return undefined
  const line = text.slice(from, end)
  if (!line.includes('"')) return { cells: line.split(separator), next: behindBreak(text, end) }
  const cells: string[] = []
  let lines = 0
  /** The first quote that led out of its line. */
  let leading: Quote | undefined
  const isTooWide = () => cells.slice(rules.columns()).some((cell) => cell.trim() !== '')
  /** The row's line, up to the quote as it was read and behind that as it stands. */
  const strayRow = ({ at, end, column }: Quote, seen: number, behind?: string): RowRead => {
    const next = behindBreak(text, end)
    return {
      cells: [...cells.slice(0, column), ...text.slice(at, end).split(separator)],
      next,
      stray: { column, behind },
      lookedAhead: Math.max(0, seen - next),
    }
  }
  for (let at = from; ; at += 1) {
    if (text[at] === '"') {
      const quote = { at, end, column: cells.length }
      const cell = readQuoted(text, at, { rules, from, lines, column: quote.column })
      if (cell === 'more') return undefined
      if ('seen' in cell) {
        return leading && (cell.isRow || quote.column >= rules.columns() || isTooWide())
          ? strayRow(leading, cell.seen)
          : strayRow(quote, cell.seen, cell.behind)
      }
      cells.push(cell.value)
      at = cell.next
      if (cell.breaks > 0) {
        leading ??= quote
        lines += cell.breaks
        end = endOfLine(text, at)
        if (end === text.length && !isLast) return undefined
      }
    } else {
      const found = text.indexOf(separator, at)
      const to = found < 0 || found > end ? end : found
      cells.push(text.slice(at, to))
      at = to
    }
    if (at >= end) return leading && isTooWide() ? strayRow(leading, end) : { cells, next: behindBreak(text, end) }
  }
}

/** `end` is its line's. */
type Quote = { at: number; end: number; column: number }

type Quoted =
  | { value: string; next: number; breaks: number }
  /** A stray one, found out at `seen`; `isRow`: it is the row that goes too far. */
  | { seen: number; behind: string | undefined; isRow?: boolean }
  | 'more'
type Where = { rules: RowRules; from: number; lines: number; column: number }

function readQuoted(text: string, open: number, { rules, from, lines, column }: Where): Quoted {
  const limits = rules.limitsOf(column)
  let value = ''
  let breaks = 0
  for (let at = open + 1; ; ) {
    const found = text.indexOf('"', at)
    const seen = found < 0 ? text.length : found
    const part = text.slice(at, seen)
    breaks += countBreaks(part)
    value += part
    if (breaks > 0) {
      const isRow = lines + breaks > mostOfRow.lines || seen - from > mostOfRow.characters
      if (isRow || breaks > limits.lines || value.length > limits.characters) return { seen, behind: undefined, isRow }
    }
    if (found < 0) return rules.isLast ? { seen, behind: undefined } : 'more'
    at = found + 1
    if (text[at] === '"') {
      value += '"'
      at += 1
      continue
    }
    const next = behindBlanks(text, at, rules.separator)
    if (next < text.length && text[next] !== rules.separator && text[next] !== '\n' && text[next] !== '\r') {
      return { seen, behind: breaks > 0 ? undefined : text.slice(next, endOfLine(text, next)) }
    }
    if (breaks > 0 && rules.holdsRows(value.split(lineBreak), column)) return { seen, behind: undefined }
    return { value, next, breaks }
  }
}

/** As systems of today, and of long ago, end their lines. */
const lineBreak = /\r\n|\n|\r/
const breakSign = /[\r\n]/g

function endOfLine(text: string, from: number): number {
  breakSign.lastIndex = from
  return breakSign.exec(text)?.index ?? text.length
}

const behindBreak = (text: string, end: number): number =>
  end + (text[end] === '\r' && text[end + 1] === '\n' ? 2 : end < text.length ? 1 : 0)

function behindBlanks(text: string, from: number, separator: string): number {
  let at = from
  while ((text[at] === ' ' || text[at] === '\t') && text[at] !== separator) at += 1
  return at
}

function countBreaks(text: string): number {
  let breaks = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) breaks += 1
  if (!text.includes('\r')) return breaks
  return text.split(lineBreak).length - 1
}
