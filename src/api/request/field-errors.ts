import type { Context } from 'hono'
import { z } from 'zod'
import { type FieldError, problem } from '../problem.ts'
import { explain } from './explain.ts'
import { suggestField } from './suggest-field.ts'

/** More than this many complaints about one request help nobody. */
const mostErrors = 20

/** What a schema made of a request, or the answer that says, field by field, why it does not fit. */
export function parseFields<Fields>(
  c: Context,
  schema: z.ZodType<Fields>,
  given: unknown,
): { fields: Fields } | { refusal: Response } {
  const checked = checkFields(schema, given)
  if ('fields' in checked) return checked
  const { errors } = checked
  return { refusal: problem(c, 'FIELD_INVALID', sentenceOf(errors), { errors }) }
}

/** What a schema made of fields, wherever they came from, or why it does not fit. */
export function checkFields<Fields>(
  schema: z.ZodType<Fields>,
  given: unknown,
): { fields: Fields } | { errors: FieldError[] } {
  const parsed = schema.safeParse(given, { error: explain })
  if (parsed.success) return { fields: parsed.data }
  return { errors: fieldErrors(parsed.error, fieldsOf(schema)).slice(0, mostErrors) }
}

/** The names of a schema's fields. */
export const fieldsOf = (schema: z.ZodType): string[] =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape) : []

function fieldErrors(error: z.core.$ZodError, known: readonly string[]): FieldError[] {
  const isUnknown = (issue: z.core.$ZodIssue) => issue.code === 'unrecognized_keys'
  // "Give at least one of …" only confuses whoever gave one and misspelt it.
  const issues = error.issues.some(isUnknown)
    ? error.issues.filter((issue) => isUnknown(issue) || issue.path.length > 0)
    : error.issues
  return issues.flatMap((issue) => {
    const path = issue.path.map(String)
    if (issue.code !== 'unrecognized_keys') return [{ field: path.join('.'), reason: issue.message }]
    return issue.keys.map((key) => ({
      field: [...path, key.slice(0, 60).toWellFormed()].join('.'),
      reason: unknownField(key, known),
    }))
  })
}

function unknownField(key: string, known: readonly string[]): string {
  const suggestion = suggestField(key, known)
  return `campo desconhecido (${suggestion ? `você quis dizer "${suggestion}"?` : `os campos são ${known.join(', ')}`})`
}

/** All of it as one sentence, for clients that show only that. */
export function sentenceOf(errors: readonly FieldError[]): string {
  const sentence = `${errors.map(({ field, reason }) => (field ? `${field}: ${reason}` : reason)).join('; ')}.`
  return errors[0]?.field ? sentence : sentence[0]!.toUpperCase() + sentence.slice(1)
}
