import type { Context } from 'hono'
import type { z } from 'zod'
import { problem } from '../problem.ts'
import { parseFields } from './field-errors.ts'

/** What a schema made of a request's query, or the answer that says why it does not fit. */
export function parseQuery<Fields>(c: Context, schema: z.ZodType<Fields>): { fields: Fields } | { refusal: Response } {
  const { searchParams } = new URL(c.req.url)
  const repeated = repeatedIn(searchParams)
  if (repeated === undefined) return parseFields(c, schema, Object.fromEntries(searchParams))
  const error = { field: repeated.slice(0, 60).toWellFormed(), reason: 'veio mais de uma vez' }
  return { refusal: problem(c, 'FIELD_INVALID', `${error.field}: ${error.reason}.`, { errors: [error] }) }
}

/** A parameter that stands there twice: which of the two is meant, nobody can know. */
function repeatedIn(query: URLSearchParams): string | undefined {
  const names = [...query.keys()]
  return names.find((name, position) => names.indexOf(name) !== position)
}
