import type { BatchLimits } from './batch-limits.ts'
import { decodeLines } from './decode-lines.ts'
import type { Intake } from './intake.ts'

/** Takes in JSON lines, as they come. A line that is not JSON is an invalid line. */
export async function takeNdjson(
  pieces: AsyncIterable<Uint8Array>,
  intake: Intake,
  { limits }: { limits: BatchLimits },
): Promise<void> {
  let line = 0
  for await (const text of decodeLines(pieces, { lineBytes: limits.lineBytes })) {
    for (const each of linesOf(text)) {
      line += 1
      if (each.trim() === '') continue
      const read = readJson(each)
      await ('json' in read ? intake.add(line, read.json) : intake.add(line, each, [read.error]))
    }
  }
}

const notJson = { field: '', reason: 'a linha não é JSON válido; cada linha deve ter um objeto, como {"cnpj": "…"}' }

function readJson(text: string): { json: unknown } | { error: typeof notJson } {
  try {
    return { json: JSON.parse(text) }
  } catch {
    return { error: notJson }
  }
}

/** A line's break is not another, empty line. */
function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}
