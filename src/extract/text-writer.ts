import { invisible } from './fold-blanks.ts'

export type TextWriter = ReturnType<typeof createTextWriter>

/** A place in the text to go back to. */
export type TextMark = { parts: number; length: number; gap: Gap; prefix: string }

// What stands between the last word written and the next. A wider gap swallows a narrower one.
const none = 0
const space = 1
const line = 2
const paragraph = 3
const cell = 4
type Gap = typeof none | typeof space | typeof line | typeof paragraph | typeof cell
const gaps = ['', ' ', '\n', '\n\n', ' | '] as const

// All white space but a single blank between two words, which stays as it is.
const blanks = /(?! [^\s\p{Cc}])[\s\p{Cc}]+/gu

/**
 * Writes light Markdown out of the pieces of text and the breaks that a parser meets, folding white space as it goes.
 * Headings and list items start a line of their own; the cells of a row stay on one line, parted by ` | `, for as long
 * as no cell of it holds several lines (a table that lays out a page is no table). After `mostLength` characters it
 * writes no more.
 */
export function createTextWriter(mostLength = Number.POSITIVE_INFINITY) {
  const parts: string[] = []
  let length = 0
  let gap: Gap = none
  // Written before the next word: '# ', '- '.
  let prefix = ''
  let headings = 0
  let lines = 0
  const rows: { parts: number; lines: number | undefined }[] = []

  function widen(to: Gap): void {
    if (headings > 0 && to > space) to = space
    if (to > gap) gap = to
  }

  function breakTo(to: Gap): void {
    const row = rows.at(-1)
    if (!prefix && !(row && row.lines === undefined)) widen(to)
  }

  function put(words: string): void {
    if (length >= mostLength) return
    if (prefix && (gap < line || gap === cell)) gap = line
    const before = parts.length > 0 ? gaps[gap] : ''
    if (gap === line || gap === paragraph) lines += before === '' ? 0 : 1
    const part = before + prefix + words
    length += part.length
    parts.push(length > mostLength ? cut(part, mostLength - length) : part)
    prefix = ''
    gap = none
    const row = rows.at(-1)
    if (row) row.lines ??= lines
  }

  return {
    /** Text as the parser gives it: in pieces, with any white space. */
    write(piece: string): void {
      let start = 0
      let end = piece.length
      while (start < end && piece.charCodeAt(start) <= 0x20) start++
      if (start === end) {
        if (end > 0) widen(space)
        return
      }
      while (piece.charCodeAt(end - 1) <= 0x20) end--
      if (isFolded(piece, start, end)) {
        if (start > 0) widen(space)
        put(start === 0 && end === piece.length ? piece : piece.slice(start, end))
        if (end < piece.length) gap = space
        return
      }
      const folded = piece.replace(invisible, '').replace(blanks, ' ')
      const words = folded.trim()
      if (words === '') {
        if (folded) widen(space)
        return
      }
      if (folded.startsWith(' ')) widen(space)
      put(words)
      if (folded.endsWith(' ')) gap = space
    },
    space: (): void => widen(space),
    /** A line ends here. An item or a row in which nothing stands yet has not begun one. */
    breakLine: (): void => breakTo(line),
    /** A paragraph ends here; of items and rows the same holds. */
    breakParagraph: (): void => breakTo(paragraph),
    openHeading(level: number): void {
      if (headings === 0) {
        gap = paragraph
        prefix = `${'#'.repeat(level)} `
      }
      headings++
    },
    closeHeading(): void {
      headings = Math.max(0, headings - 1)
      if (headings > 0) return
      prefix = ''
      widen(paragraph)
    },
    openItem(): void {
      widen(line)
      if (headings === 0) prefix = '- '
    },
    closeItem(): void {
      if (headings > 0) return
      prefix = ''
      widen(line)
    },
    openRow(): void {
      if (gap === cell) gap = paragraph
      else widen(line)
      rows.push({ parts: parts.length, lines: undefined })
    },
    closeRow(): void {
      rows.pop()
      gap = line
    },
    openCell(): void {
      const row = rows.at(-1)
      if (!row) widen(line)
      else if (row.lines !== undefined && parts.length > row.parts) gap = row.lines === lines ? cell : paragraph
    },
    mark: (): TextMark => ({ parts: parts.length, length, gap, prefix }),
    /** Forgets what was written since, but keeps the words on either side apart. */
    rewind(mark: TextMark): void {
      parts.length = mark.parts
      length = mark.length
      gap = mark.gap
      prefix = mark.prefix
      widen(space)
    },
    /** At least the last `wanted` characters so far, if there are as many. */
    tail(wanted: number): string {
      let from = parts.length
      for (let found = 0; from > 0 && found < wanted; ) found += parts[--from]!.length
      let text = ''
      for (; from < parts.length; from++) text += parts[from]
      return text + gaps[gap]
    },
    finish: (): string => parts.join(''),
  }
}

/** Whether there is nothing to fold or drop between two places that are no blanks; false when in doubt. */
function isFolded(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index)
    if (code > 0x20 && code < 0x7f) continue
    if (code === 0x20) {
      if (text.charCodeAt(index + 1) <= 0x20) return false
    } else if (code <= 0xa0 || code === 0xad) return false
    else if (code >= 0x1680 && !(code > 0x200f && code < 0x2028) && !(code > 0x2060 && code < 0x3000)) return false
  }
  return true
}

/** `less` is how much too long it is, as a negative number. */
const cut = (part: string, less: number): string => part.slice(0, less).trimEnd().toWellFormed()
