import { wordsOf } from './comparable-text.ts'
import { isOwnName, type OwnName, tellingWords } from './own-name.ts'

const cell = ' | '
const rival =
  /(?<!\p{L})(?:concorr[eê]n\p{L}+|outr[ao]s?|demais|rival|rivais|tradiciona(?:l|is)|comuns?|convenciona(?:l|is)|eles|competitors?|others|vs\.?)(?!\p{L})/iu
const us = /^(?:a )?(?:n[oó]s|aqui|conosco|com a gente|a gente|nossa?s?(?:\s\p{L}+)?|us|we|ours)$/iu

/**
 * The lines of a page without the cells of comparison tables that are about others: those under the name of a rival, or
 * beside a column that has the company's own name. What is left of a row is what it says of the company.
 */
export function* withoutRivals(lines: Iterable<string>, own: OwnName): Generator<string> {
  let rows: string[][] = []
  for (const line of lines) {
    if (line.includes(cell)) {
      rows.push(line.split(cell))
      continue
    }
    yield* comparedRows(rows, own)
    rows = []
    yield line
  }
  yield* comparedRows(rows, own)
}

function* comparedRows(rows: readonly string[][], own: OwnName): Generator<string> {
  const [head = [], first = []] = rows
  // A corner without a text is no cell of its row.
  const columns = first.length === head.length + 1 ? ['', ...head] : head
  const kept = rows.length > 1 ? keptColumns(columns, own) : undefined
  for (const [at, cells] of rows.entries()) {
    const all = at === 0 ? columns : cells
    yield (kept ? all.filter((_, column) => kept[column] ?? false) : cells).filter(Boolean).join(cell)
  }
}

/** By column; undefined: the table compares nobody. */
function keptColumns(head: readonly string[], own: OwnName): readonly boolean[] | undefined {
  const isOurs = head.map((text, at) => at > 0 && (us.test(text.trim()) || isNamed(text, own)))
  const isRivals = head.map((text, at) => !isOurs[at] && rival.test(text))
  const hasOurs = head.length > 2 && isOurs.includes(true)
  if (!hasOurs && !isRivals.includes(true)) return undefined
  return head.map((_, at) => !isRivals[at] && (at === 0 || !hasOurs || isOurs[at]!))
}

const isNamed = (text: string, own: OwnName): boolean =>
  tellingWords(text).length > 0 && wordsOf(text).length <= 5 && isOwnName(text, own)
