export type TextWriter = ReturnType<typeof createTextWriter>

/** A place in the text to go back to. */
export type TextMark = { parts: number; gap: Gap; prefix: string }

// What stands between the last word written and the next. A wider gap swallows a narrower one.
const gaps = { none: '', space: ' ', line: '\n', paragraph: '\n\n', cell: ' | ' } as const
const width = { none: 0, space: 1, line: 2, paragraph: 3, cell: 4 } as const
type Gap = keyof typeof gaps

// Soft hyphens and zero-width characters, which split words and e-mail addresses without showing.
const invisible = /[\u00ad\u200b-\u200f\u2060\ufeff]/g
const blanks = /[\s\p{Cc}]+/gu

/**
 * Writes light Markdown out of the pieces of text and the breaks that a parser meets, folding white space as it goes.
 * Headings and list items start a line of their own; the cells of a row stay on one line, parted by ` | `, for as long
 * as no cell of it holds several lines (a table that lays out a page is no table).
 */
export function createTextWriter() {
  const parts: string[] = []
  let gap: Gap = 'none'
  // Written before the next word: '# ', '- '.
  let prefix = ''
  let headings = 0
  let lines = 0
  const rows: { parts: number; lines: number | undefined }[] = []

  function widen(to: Gap): void {
    if (headings > 0 && to !== 'none') to = 'space'
    if (width[to] > width[gap]) gap = to
  }

  function put(words: string): void {
    if (prefix && (width[gap] < width.line || gap === 'cell')) gap = 'line'
    const before = parts.length > 0 ? gaps[gap] : ''
    if (before.includes('\n')) lines++
    parts.push(before + prefix + words)
    prefix = ''
    gap = 'none'
    const row = rows.at(-1)
    if (row) row.lines ??= lines
  }

  return {
    /** Text as the parser gives it: in pieces, with any white space. */
    write(piece: string): void {
      const folded = piece.replace(invisible, '').replace(blanks, ' ')
      const words = folded.trim()
      if (words === '') {
        if (folded) widen('space')
        return
      }
      if (folded.startsWith(' ')) widen('space')
      put(words)
      if (folded.endsWith(' ')) gap = 'space'
    },
    space: (): void => widen('space'),
    /** A line or paragraph ends here. An item or a row in which nothing stands yet has not begun one. */
    breakTo(to: 'line' | 'paragraph'): void {
      const row = rows.at(-1)
      if (!prefix && !(row && row.lines === undefined)) widen(to)
    },
    openHeading(level: number): void {
      if (headings === 0) {
        gap = 'paragraph'
        prefix = `${'#'.repeat(level)} `
      }
      headings++
    },
    closeHeading(): void {
      headings = Math.max(0, headings - 1)
      if (headings > 0) return
      prefix = ''
      widen('paragraph')
    },
    openItem(): void {
      widen('line')
      if (headings === 0) prefix = '- '
    },
    closeItem(): void {
      if (headings > 0) return
      prefix = ''
      widen('line')
    },
    openRow(): void {
      if (gap === 'cell') gap = 'paragraph'
      else widen('line')
      rows.push({ parts: parts.length, lines: undefined })
    },
    closeRow(): void {
      rows.pop()
      gap = 'line'
    },
    openCell(): void {
      const row = rows.at(-1)
      if (!row) widen('line')
      else if (row.lines !== undefined && parts.length > row.parts) gap = row.lines === lines ? 'cell' : 'paragraph'
    },
    mark: (): TextMark => ({ parts: parts.length, gap, prefix }),
    /** Forgets what was written since, but keeps the words on either side apart. */
    rewind(mark: TextMark): void {
      parts.length = mark.parts
      gap = mark.gap
      prefix = mark.prefix
      widen('space')
    },
    /** At least the last `length` characters so far, if there are as many. */
    tail(length: number): string {
      let from = parts.length
      for (let found = 0; from > 0 && found < length; ) found += parts[--from]!.length
      return parts.slice(from).join('') + gaps[gap]
    },
    finish: (): string => parts.join(''),
  }
}
