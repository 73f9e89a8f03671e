import { batchFormat } from '../../../../src/api/batch/intake/batch-format.ts'
import { type BatchLimits, usualLimits } from '../../../../src/api/batch/intake/batch-limits.ts'
import { takeBatch } from '../../../../src/api/batch/intake/take-batch.ts'
import { kinds } from '../../../../src/kinds/registry.ts'
import type { BatchLine } from '../../../../src/queue/write-batch.ts'

async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.slice(from, from + pieceBytes)
}

type Sent = { type?: string; query?: string; limits?: Partial<BatchLimits>; pieceBytes?: number }

/** What a body comes to; it arrives a few bytes at a time, so that every rule meets a border between two pieces. */
export async function taken(
  body: string | Uint8Array,
  { type = 'text/csv', query = '', limits, pieceBytes = 7 }: Sent = {},
) {
  const batch = await takeBatch(inPieces(typeof body === 'string' ? Buffer.from(body) : body, pieceBytes), {
    format: batchFormat(type)!,
    contentType: type,
    query: new URLSearchParams(query),
    kinds,
    callbackHosts: [],
    limits: { ...usualLimits, ...limits },
  })
  const lines = [...batch.intake.groups()].flat()
  return { ...batch, lines, warnings: batch.intake.warnings, errors: batch.intake.errors }
}

/** What each line would have a job do; of an invalid one undefined. */
export const inputs = (lines: readonly BatchLine<unknown>[]) =>
  lines.map((line) => ('input' in line ? line.input : undefined))
