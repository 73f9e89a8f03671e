/** A row goes no further than this, however many texts in quotes with line breaks it has. */
const mostOfRowCharacters = 1024 * 1024
/** What a cell of Excel holds, which counts a line break as one (Microsoft, "Excel specifications and limits"). */
export const mostOfCellCharacters = 32_767

export type RowRules = {
  separator: string
  /** Nothing comes behind the text. */
  isLast: boolean
  /** Of the header; a row of several lines that has more says that its quotes were not meant. */
  columns(): number
  /** Whether a line of a text in quotes is certainly a row of its own: then its quote was never meant to open one. */
  isCompany(cells: readonly string[]): boolean
  /** Whether a row, whole as it is, may also be several ones with stray quotes. */
  isDoubtful(cells: readonly string[], broken: readonly BrokenCell[]): boolean
}

/** A text in quotes with line breaks. */
export type BrokenCell = {
  column: number
  /** Its lines but the last, taken apart as rows; the first with what stands before it. */
  lines: readonly (readonly string[])[]
}

/** A quote that does not do what quotes do. */
export type StrayQuote = {
  column: number
  /** What stands behind the quote that closes in the same line; undefined: none does. */
  behind: string | undefined
  /** It runs on for longer than a cell may. */
  isTooLong?: boolean
  /** Taken at its word, the row would reach so far, over lines that are not to be trusted. */
  until?: number
  /** That row ends there, properly. */
  isClosed?: boolean
}

export type RowRead = {
  cells: string[]
  /** Where the next row begins. */
  next: number
  /** The row cannot be told; `cells` is its line taken apart as if there were no quotes from there on. */
  stray?: StrayQuote
  /** One of its cells has a line break. */
  isBroken?: boolean
  /** The columns of cells that have quotes and do not begin with one. */
  bareQuotes?: readonly number[]
}

/**
 * One row of a CSV (RFC 4180). A quote within a cell that does not begin with one stands for itself, and white space
 * behind a closing one is passed over. A row with a {@link StrayQuote} ends with the line in which that stands.
 * @returns undefined when more text is needed to tell
 */
export function readRow(text: string, from: number, rules: RowRules): RowRead | undefined {
  const { separator, isLast } = rules
  let end = endOfLine(text, from)
  if (end === text.length && !isLast) return undefined
  const line = text.slice(from, end)
  if (!line.includes('"')) return { cells: line.split(separator), next: behindBreak(text, end) }
  const cells: string[] = []
  const broken: BrokenCell[] = []
  /** The first quote that led out of its line. */
  let leading: Quote | undefined
  const bareQuotes: number[] = []
  const isTooWide = () => cells.slice(rules.columns()).some((cell) => cell.trim() !== '')
  /** The row's line, up to the quote as it was read and behind that as it stands. */
  const strayRow = ({ at, end, column }: Quote, stray: Omit<StrayQuote, 'column'>): RowRead => ({
    cells: [...cells.slice(0, column), ...text.slice(at, end).split(separator)],
    next: behindBreak(text, end),
    stray: { column, ...stray },
  })
  for (let at = from; ; at += 1) {
    if (text[at] === '"') {
      const quote = { at, end, column: cells.length }
      const cell = readQuoted(text, at, from, rules)
      if (cell === 'more') return undefined
      if ('stray' in cell) {
        if (leading && cell.isRow) return strayRow(leading, { behind: undefined, until: endOfLine(text, cell.seen) })
        if (leading && (quote.column >= rules.columns() || isTooWide()))
          return strayRow(leading, { behind: undefined, until: end })
        return strayRow(quote, cell.stray)
      }
      cells.push(cell.value)
      if (cell.lines) {
        const [first, ...others] = cell.lines.map((each) => each.split(separator))
        broken.push({ column: quote.column, lines: [[...cells.slice(0, quote.column), ...first!], ...others] })
        leading ??= quote
        end = endOfLine(text, cell.next)
        if (end === text.length && !isLast) return undefined
        if (isTooWide()) return strayRow(leading, { behind: undefined, until: end })
      }
      at = cell.next
    } else {
      const found = text.indexOf(separator, at)
      const to = found < 0 || found > end ? end : found
      const cell = text.slice(at, to)
      if (cell.includes('"')) bareQuotes.push(cells.length)
      cells.push(cell)
      at = to
    }
    if (at < end) continue
    if (leading && (isTooWide() || rules.isDoubtful(cells, broken)))
      return strayRow(leading, { behind: undefined, until: end, isClosed: true })
    const marks = { ...(leading && { isBroken: true }), ...(bareQuotes.length > 0 && { bareQuotes }) }
    return { cells, next: behindBreak(text, end), ...marks }
  }
}

/** `end` is its line's. */
type Quote = { at: number; end: number; column: number }

type Quoted =
  /** `lines` but the last, where it has several. */
  | { value: string; next: number; lines?: string[] }
  /** A stray one, found out at `seen`; `isRow`: it is the row that goes too far. */
  | { stray: Omit<StrayQuote, 'column'>; seen: number; isRow?: boolean }
  | 'more'

function readQuoted(text: string, open: number, rowFrom: number, rules: RowRules): Quoted {
  const { separator, isLast, isCompany } = rules
  const lines: string[] = []
  let value = ''
  let longBreaks = 0
  let lineFrom = open + 1
  let end = endOfLine(text, lineFrom)
  for (let at = lineFrom; ; ) {
    const found = text.indexOf('"', at)
    const seen = found < 0 ? text.length : found
    for (; end < seen; end = endOfLine(text, lineFrom)) {
      const line = text.slice(lineFrom, end)
      if (lines.length > 0 && isCompany(line.split(separator))) return { stray: { behind: undefined }, seen: end }
      lines.push(line)
      lineFrom = behindBreak(text, end)
      longBreaks += lineFrom - end - 1
      if (end - rowFrom > mostOfRowCharacters) return { stray: { behind: undefined }, seen: end, isRow: true }
      if (end - open > 2 * mostOfCellCharacters) return { stray: { behind: undefined, isTooLong: true }, seen: end }
    }
    value += text.slice(at, seen)
    if (lines.length > 0 && value.length - longBreaks > mostOfCellCharacters)
      return { stray: { behind: undefined, isTooLong: true }, seen }
    if (found < 0) return isLast ? { stray: { behind: undefined }, seen } : 'more'
    at = found + 1
    if (text[at] === '"') {
      value += '"'
      at += 1
      continue
    }
    const next = behindBlanks(text, at, separator)
    if (next < text.length && text[next] !== separator && text[next] !== '\n' && text[next] !== '\r') {
      return { stray: { behind: lines.length > 0 ? undefined : text.slice(next, endOfLine(text, next)) }, seen }
    }
    if (lines.length === 0) return { value, next }
    if (isCompany(text.slice(lineFrom, found).split(separator))) return { stray: { behind: undefined }, seen }
    return { value, next, lines }
  }
}

const breakSign = /[\r\n]/g

/** As systems of today, and of long ago, end their lines. */
export function endOfLine(text: string, from: number): number {
  breakSign.lastIndex = from
  return breakSign.exec(text)?.index ?? text.length
}

/** Where the line behind the one that ends there begins. */
export const behindBreak = (text: string, end: number): number =>
  end + (text[end] === '\r' && text[end + 1] === '\n' ? 2 : end < text.length ? 1 : 0)

function behindBlanks(text: string, from: number, separator: string): number {
  let at = from
  while ((text[at] === ' ' || text[at] === '\t') && text[at] !== separator) at += 1
  return at
}
