import type { z } from 'zod'
import type { FieldError } from './problem.ts'

/** Says what is wrong with a request field by field: zod's issues, with unknown fields named one by one. */
export const fieldErrors = (error: z.core.$ZodError): FieldError[] =>
  error.issues.flatMap((issue) => {
    const path = issue.path.map(String)
    if (issue.code !== 'unrecognized_keys') return [{ field: path.join('.'), reason: issue.message }]
    return issue.keys.map((key) => ({ field: [...path, key].join('.'), reason: 'campo desconhecido' }))
  })

/** The same as one sentence, for clients that show only that. */
export const sentenceOf = (errors: readonly FieldError[]): string =>
  `${errors.map(({ field, reason }) => (field ? `${field}: ${reason}` : reason)).join('; ')}.`
