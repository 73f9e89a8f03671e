import type { z } from 'zod'

/**
 * What zod found wrong, as the end of a Portuguese sentence whose subject is the field: "uf: deve ser um texto; veio um
 * número". What a schema says about itself comes first; this is for the rest.
 */
export function explain(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'object')
        return `o corpo deve ser um objeto JSON, como {"cnpj": "…"}; veio ${nameOf(issue.input)}`
      return `deve ser ${typeNames[issue.expected] ?? issue.expected}; veio ${nameOf(issue.input)}`
    case 'invalid_value':
      return `deve ser um destes valores: ${issue.values.map(String).join(', ')}`
    case 'too_big':
      return issue.origin === 'string'
        ? `pode ter no máximo ${issue.maximum} caracteres`
        : `deve ser no máximo ${issue.maximum}`
    case 'too_small':
      return issue.origin === 'string'
        ? `deve ter pelo menos ${issue.minimum} caracteres`
        : `deve ser no mínimo ${issue.minimum}`
    case 'invalid_format':
      return issue.format === 'uuid'
        ? 'deve ser um UUID, como o "job_id" que a API devolve'
        : 'não está no formato esperado'
    default:
      return 'não é válido'
  }
}

const typeNames: Record<string, string> = {
  string: 'um texto',
  number: 'um número',
  int: 'um número inteiro',
  boolean: 'true ou false, sem aspas',
}

function nameOf(input: unknown): string {
  if (input === null) return 'null'
  if (input === undefined) return 'nada'
  if (Array.isArray(input)) return 'uma lista'
  if (typeof input === 'boolean') return String(input)
  // JSON has no infinity, but 1e999 is read as it.
  if (input === Number.POSITIVE_INFINITY || input === Number.NEGATIVE_INFINITY) return 'um número grande demais'
  return { string: 'um texto', number: 'um número', object: 'um objeto' }[typeof input as string] ?? typeof input
}
