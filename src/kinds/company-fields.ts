import { z } from '@hono/zod-openapi'
import { formatCnpj, normalizeCnpj } from '../cnpj/number.ts'

const states = 'AC AL AP AM BA CE DF ES GO MA MT MS MG PA PB PR RJ RN RS RO RR SC SP SE TO'.split(' ') as [
  string,
  ...string[],
]

/** A spreadsheet's empty cell arrives as "" or null: both mean that the field is not there. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(
    (value) => (value === null || (typeof value === 'string' && value.trim() === '') ? undefined : value),
    schema.optional(),
  )

const text = (most: number) => z.string().trim().max(most)

const cnpj = z
  .string({
    error: (issue) =>
      typeof issue.input === 'number'
        ? 'envie o CNPJ como texto, entre aspas: como número ele perde os zeros à esquerda'
        : undefined,
  })
  .transform((given, context) => {
    const number = normalizeCnpj(given)
    if (number !== undefined) return number
    context.addIssue({ code: 'custom', message: `"${given.slice(0, 40)}" não é um CNPJ válido (confira os dígitos)` })
    return z.NEVER
  })

const website = text(2000).transform((given, context) => {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`)
  const isWeb = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  if (isWeb && (url.hostname.includes('.') || url.hostname.startsWith('['))) return url.href
  context.addIssue({ code: 'custom', message: `"${given.slice(0, 80)}" não é um endereço de site (http ou https)` })
  return z.NEVER
})

/** The fields by which a request names a company, each normalised: a CNPJ to its 14 characters, a website to a URL. */
export const companyFields = {
  cnpj: optional(cnpj),
  razao_social: optional(text(300)),
  nome_fantasia: optional(text(300)),
  municipio: optional(text(150)),
  uf: optional(z.string().trim().toUpperCase().pipe(z.enum(states))),
  website: optional(website),
  /** The caller's own name for the company; comes back as it was. */
  external_id: optional(z.union([text(200), z.number().transform(String)])),
}

/** How a log line and a list name the company. */
export const companyName = (company: {
  cnpj?: string
  nome_fantasia?: string
  razao_social?: string
  website?: string
}) =>
  company.cnpj ? formatCnpj(company.cnpj) : (company.nome_fantasia ?? company.razao_social ?? company.website ?? '')
