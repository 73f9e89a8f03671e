import type { ReportedLine, reportLines } from '../../queue/batch-report.ts'
import { field as cell } from './results/results-csv.ts'

/** A line of the report, as every format has it. */
export const lineView = ({ line, external_id, job_id, deduplicated, error }: ReportedLine) => ({
  line,
  external_id,
  status: job_id === null ? ('invalid' as const) : deduplicated ? ('duplicate' as const) : ('accepted' as const),
  job_id,
  errors: error ?? [],
})

export type LineView = ReturnType<typeof lineView>

/** How the report is written as a text of lines. */
export type ReportText = { head: string; line(view: LineView): string }

/** As a spreadsheet has them, in the words of the results' own (results-columns.ts). JSON keeps the names of the API. */
const statuses = { accepted: 'aceita', duplicate: 'repetida', invalid: 'inválida' } as const

export const reportTexts = {
  ndjson: { head: '', line: (view) => `${JSON.stringify(view)}\n` },
  csv: {
    // The byte order mark tells Excel that it is UTF-8.
    head: '\ufefflinha;id externo;situação;job;erro\r\n',
    line: ({ line, external_id, status, job_id, errors }) => {
      const reasons = errors.map(({ field, reason }) => (field ? `${field}: ${reason}` : reason)).join(' | ')
      return `${[line, external_id, statuses[status], job_id, reasons].map(cell).join(';')}\r\n`
    },
  },
} as const satisfies Record<string, ReportText>

/** A whole report as bytes, read from the database no faster than they are taken. */
export function reportStream(
  readFrom: (position: number) => ReturnType<typeof reportLines>,
  { first, text }: { first: number; text: ReportText },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let position = first
  let head = text.head
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const lines = await readFrom(position)
        const written = head + lines.map((line) => text.line(lineView(line))).join('')
        head = ''
        if (written !== '') controller.enqueue(encoder.encode(written))
        position = lines.at(-1)?.position ?? position
        if (lines.length === 0) controller.close()
      },
    },
    { highWaterMark: 1 },
  )
}
