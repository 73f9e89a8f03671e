import { z } from 'zod'
import { plainCnpj, readCnpj } from './cnpj-text.ts'

const states = 'AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO'.split(' ') as [
  string,
  ...string[],
]

/** A spreadsheet's empty cell arrives as "" or null: both mean that the field is not there. */
export const orBlank = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(
    (value) => (value === null || (typeof value === 'string' && value.trim() === '') ? undefined : value),
    schema,
  )

const optional = <Schema extends z.ZodType>(schema: Schema) => orBlank(schema.optional())

const text = (most: number) => z.string().trim().max(most)

const cnpj = z
  .string({
    error: (issue) =>
      typeof issue.input === 'number'
        ? 'envie o CNPJ como texto, entre aspas: como número ele perde os zeros à esquerda'
        : undefined,
  })
  .transform((given, context) => {
    const number = readCnpj(given)
    if (number !== undefined) return number
    context.addIssue({ code: 'custom', message: `${quote(given)} não é um CNPJ válido (${whyNotCnpj(given)})` })
    return z.NEVER
  })

function whyNotCnpj(given: string): string {
  const text = plainCnpj(given)
  const { length } = text.replace(/[\s./-]/g, '')
  if (length === 14) return 'confira os dígitos'
  const lost = length < 14 && /^[\d\s./-]+$/.test(text) ? '; os zeros à esquerda podem ter se perdido' : ''
  return `um CNPJ tem 14 caracteres, e aqui há ${length}${lost}`
}

/** As long as an index entry of the queue may be; browsers and servers stop at about the same. */
const mostUrlCharacters = 2000

const website = text(mostUrlCharacters).transform((given, context) => {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`)
  const isWeb = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  const isPublic = isWeb && (url.hostname.includes('.') || url.hostname.startsWith('['))
  if (isPublic && url.href.length <= mostUrlCharacters) return url.href
  const message = isPublic
    ? `pode ter no máximo ${mostUrlCharacters} caracteres`
    : `${quote(given)} não é um endereço de site (http ou https)`
  context.addIssue({ code: 'custom', message })
  return z.NEVER
})

const uf = z
  .string()
  .trim()
  .toUpperCase()
  .pipe(z.enum(states, { error: (issue) => `${quote(String(issue.input))} não é a sigla de um estado, como SP` }))

/** Beyond it a number in JSON silently becomes another one. */
const mostExactNumber = Number.MAX_SAFE_INTEGER

const externalId = z.union([text(200), z.number().min(-mostExactNumber).max(mostExactNumber).transform(String)], {
  error: (issue) =>
    typeof issue.input === 'string'
      ? 'pode ter no máximo 200 caracteres'
      : 'deve ser um texto, ou um número que não perca dígitos (acima de 15 dígitos, envie entre aspas)',
})

const quote = (given: string): string => `"${given.length > 60 ? `${given.slice(0, 60).toWellFormed()}…` : given}"`

/** The fields by which a request names a company, each normalised: a CNPJ to its 14 characters, a website to a URL. */
export const companyFields = {
  cnpj: optional(cnpj),
  razao_social: optional(text(300)),
  nome_fantasia: optional(text(300)),
  municipio: optional(text(100)),
  uf: optional(uf),
  website: optional(website),
  /** The caller's own name for the company; comes back as it was. */
  external_id: optional(externalId),
}
