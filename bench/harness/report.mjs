import { readFileSync, writeFileSync } from 'node:fs'

const readme = new URL('../README.md', import.meta.url)
const [beginMark, endMark] = ['<!-- figures: written by --write -->', '<!-- end of figures -->']

/** `section`: `{ title, columns, rows, note, block }`; `block` is text that is shown as it is, such as a plan. */
export function printSection({ title, columns, rows, note, block }) {
  const widths = columns.map((column, n) => Math.max(...[column, ...rows.map((row) => row[n])].map((c) => c.length)))
  const line = (cells) =>
    cells
      .map((cell, n) => cell.padEnd(widths[n]))
      .join('  ')
      .trimEnd()
  console.log(`\n${title}\n${line(columns)}\n${widths.map((width) => '-'.repeat(width)).join('  ')}`)
  for (const row of rows) console.log(line(row))
  if (note) console.log(note)
  if (block) console.log(block)
}

/** Replaces the figures of the sections that were measured; the others stay as they were, with the date that they bear. */
export function writeReadme({ machine, sections, runs }) {
  const row = (cells) => `| ${cells.join(' | ')} |`
  const table = (columns, rows) => [row(columns), row(columns.map(() => '---')), ...rows.map(row)].join('\n')
  const said = new Map(machine)
  const when = `_${said.get('Date')}, load before the run ${said.get('Load before the run')}, medians of ${runs} unless the table says otherwise._`
  const text = readFileSync(readme, 'utf8')
  const [before, rest = ''] = text.split(beginMark)
  const [old, after = ''] = rest.split(endMark)
  const parts = new Map(
    old
      .split(/^### /m)
      .slice(1)
      .map((part) => [part.split('\n')[0], part.trim()]),
  )
  for (const { title, columns, rows, note, block } of sections) {
    const part = [title, when, table(columns, rows), note, block && `\`\`\`\n${block}\n\`\`\``]
    parts.set(title, part.filter(Boolean).join('\n\n'))
  }
  const figures = [table(['', ''], machine), ...[...parts.values()].map((part) => `### ${part}`)].join('\n\n')
  writeFileSync(readme, `${before.trimEnd()}\n\n${beginMark}\n\n${figures}\n\n${endMark}${after || '\n'}`)
}

export const perSecond = (rate) => `${Math.round(rate).toLocaleString('en-US')}/s`
export const ratio = (value) => `${value.toFixed(2)}×`
export const percent = (value) => `${(value * 100).toFixed(0)} %`
export const milliseconds = (value) => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`
export const verdict = (holds) => (holds ? 'holds' : '**MISSED**')
