import { setImmediate as turn } from 'node:timers/promises'
import type { Sql } from '../../../db/connect.ts'
import { withPatience } from '../../../db/patience.ts'
import { listResults } from '../../../queue/batches.ts'
import { type Cell, cellsOf } from './results-columns.ts'
import { csv } from './results-csv.ts'
import { type ResultRow, resultRow, wantedFields } from './results-row.ts'
import { xlsx } from './results-xlsx.ts'

/** Lines of one statement: profiles may have tens of kilobytes, and all of these are in memory at once. */
const linesAtOnce = 100
/** Lines that are made into text before others get their turn. */
const linesPerTurn = 25

export type StreamedBatch = { id: string; kind: string; lines: number }

/** The forms in which all results come in one answer: how they are called, and how they are written. */
export const streamedForms = {
  ndjson: { contentType: 'application/x-ndjson', write: (rows: Rows) => ndjson(rows) },
  csv: { contentType: 'text/csv; charset=utf-8; header=present', write: (rows: Rows) => csv(cells(rows)) },
  xlsx: {
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    write: (rows: Rows, { lines }: StreamedBatch) => xlsx(cells(rows), lines),
  },
} as const

type Rows = AsyncIterable<ResultRow[]>

/**
 * All lines of a batch in their order, in groups. Each group is read when it is wanted, by its key, and nothing is held in
 * the database meanwhile: a slow reader costs no transaction, and sees of each group what is known by then.
 */
export async function* readRows(
  sql: Sql,
  { id, kind }: StreamedBatch,
  patienceMs: number,
): AsyncGenerator<ResultRow[]> {
  const fields = wantedFields(kind)
  for (let after = -1; ; ) {
    const found = await withPatience(listResults(sql, id, { after, limit: linesAtOnce, fields }), patienceMs)
    for (let from = 0; from < found.length; from += linesPerTurn) {
      yield found.slice(from, from + linesPerTurn).map((each) => resultRow(kind, each))
      await turn()
    }
    if (found.length < linesAtOnce) return
    after = found.at(-1)!.position
  }
}

async function* cells(rows: Rows): AsyncGenerator<Cell[][]> {
  for await (const some of rows) yield some.map(cellsOf)
}

async function* ndjson(rows: Rows): AsyncGenerator<string> {
  for await (const some of rows) yield some.map((row) => `${JSON.stringify(row)}\n`).join('')
}

/** Text or bytes as a body. What fails on the way breaks it off, which the reader sees; `onError` is told why. */
export function bodyOf(
  parts: AsyncIterable<string | Uint8Array>,
  onError: (error: Error) => void,
): ReadableStream<Uint8Array> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      for await (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part
    } catch (error) {
      onError(error as Error)
      throw error
    }
  }
  return ReadableStream.from(bytes()) as ReadableStream<Uint8Array>
}
