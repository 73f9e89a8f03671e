import type { AnyKind } from '../../../kinds/define-kind.ts'
import type { BatchLine } from '../../../queue/write-batch.ts'
import { takeTurns } from '../../../take-turns.ts'
import type { FieldError } from '../../problem.ts'
import { checkFields } from '../../request/field-errors.ts'
import { findUnstorable, unstorableReason } from '../../request/json-body.ts'
import type { BatchLimits } from './batch-limits.ts'
import { BatchRefused } from './batch-refused.ts'
import { createSpool } from './spool.ts'

/** Every other request shares the event loop; this is how long one of them may have to wait for it. */
const turnMs = 3
/** The first invalid lines are told at once; the report has all. */
const mostErrors = 100
/** An invalid line that says more than that is kept as its beginning. */
const mostGivenCharacters = 4_000

/** A line that is not valid, as the answer to its upload has it. */
export type LineError = { line: number; external_id: string | null; errors: FieldError[] }

/** What has come of an upload so far: its lines, checked, and what is to be said of them. */
export type Intake = {
  /** @param errors what is known to be wrong with the line; it is not checked any further */
  add(line: number, item: unknown, errors?: readonly FieldError[]): Promise<void> | undefined
  warn(sentence: string): void
  counts(): { lines: number; valid: number }
  warnings: readonly string[]
  errors: readonly LineError[]
  /** All lines in their order; as often as wanted. */
  groups(): Generator<BatchLine<unknown>[]>
}

/** @param defaults for the fields that a line does not have */
export function createIntake(
  kind: AnyKind,
  { defaults = {}, limits }: { defaults?: Record<string, unknown> | undefined; limits: Pick<BatchLimits, 'lines'> },
): Intake {
  const spool = createSpool<BatchLine<unknown>>()
  const turn = takeTurns(undefined, turnMs)
  const warnings: string[] = []
  const errors: LineError[] = []
  let lines = 0
  let valid = 0

  const check = (item: unknown): { fields: unknown } | { errors: FieldError[] } => {
    const field = findUnstorable(item)
    if (field !== undefined) return { errors: [{ field, reason: unstorableReason }] }
    return checkFields(kind.input, isFields(item) ? withDefaults(item, defaults) : item)
  }
  return {
    add(line, item, known = []) {
      lines += 1
      if (lines > limits.lines) {
        const detail = `Um lote pode ter no máximo ${limits.lines.toLocaleString('pt-BR')} linhas. Divida o arquivo em partes e envie cada uma como um lote.`
        throw new BatchRefused('BODY_TOO_LARGE', detail)
      }
      const checked = known.length > 0 ? { errors: [...known] } : check(item)
      const externalId = externalIdOf('fields' in checked ? checked.fields : item)
      if ('fields' in checked) {
        valid += 1
        spool.add({ line, externalId, input: checked.fields })
      } else {
        if (errors.length < mostErrors) errors.push({ line, external_id: externalId ?? null, errors: checked.errors })
        spool.add({ line, externalId, given: givenOf(item), error: checked.errors })
      }
      return turn()
    },
    warn: (sentence) => void warnings.push(sentence),
    counts: () => ({ lines, valid }),
    warnings,
    errors,
    groups: spool.groups,
  }
}

const isFields = (item: unknown): item is Record<string, unknown> =>
  typeof item === 'object' && item !== null && !Array.isArray(item)

function withDefaults(item: Record<string, unknown>, defaults: Record<string, unknown>): Record<string, unknown> {
  const names = Object.keys(defaults).filter((name) => isBlank(item[name]))
  if (names.length === 0) return item
  return { ...item, ...Object.fromEntries(names.map((name) => [name, defaults[name]])) }
}

/** An empty cell arrives as "" or null. */
const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '')

function externalIdOf(fields: unknown): string | undefined {
  const id = isFields(fields) ? fields.external_id : undefined
  if (typeof id !== 'string' && typeof id !== 'number') return undefined
  return String(id).slice(0, 200).replaceAll('\u0000', '').toWellFormed()
}

/** What a line said, to be kept; it may be of any size and depth, which JSON.stringify is not made for. */
function givenOf(item: unknown): object {
  try {
    const text = JSON.stringify(item)
    if (isFields(item) && text.length <= mostGivenCharacters) return item
    return { text: text.slice(0, mostGivenCharacters).toWellFormed() }
  } catch {
    return {}
  }
}
