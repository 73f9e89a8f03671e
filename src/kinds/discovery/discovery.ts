import { createHash } from 'node:crypto'
import { z } from 'zod'
import { companyFields, orBlank } from '../company-fields.ts'
import { defineKind } from '../define-kind.ts'

const identifying = ['cnpj', 'razao_social', 'nome_fantasia', 'website'] as const

/** In days. */
const mostMaxAge = 3650

const input = z
  .strictObject({
    ...companyFields,
    profile: orBlank(z.boolean().default(true)),
    /** How many days old a stored answer may be; 30 where nothing is said, and 0 is never. */
    max_age: orBlank(z.int().min(0).max(mostMaxAge).optional()),
  })
  .refine((fields) => identifying.some((name) => fields[name] !== undefined), {
    error: `informe ao menos um destes campos: ${identifying.join(', ')}`,
  })

export type DiscoveryInput = z.output<typeof input>

/** Of a subject that is longer, a hash stands for the rest: it is in an index, whose entries end at 2,700 bytes. */
const longestSubject = 600

/** Capitals, accents and white space make no other name: people write the same one in many ways. */
const foldedName = (name: string): string =>
  name.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase().replace(/\s+/g, ' ').trim()

/**
 * A CNPJ is the company; without one, all that was said of it, each in its field. A website is always part of it: it is to
 * be looked at, and may lead to another answer.
 */
function companySubject({ cnpj, website, nome_fantasia, razao_social, municipio, uf }: DiscoveryInput): string {
  const names = cnpj ? {} : { razao_social, nome_fantasia, municipio, uf }
  const folded = Object.entries(names).map(([field, name]) => [field, name && foldedName(name)] as const)
  const said = [...folded, ['website', website] as const]
  const stated = said.flatMap(([field, value]) => (value === undefined ? [] : [`${field} ${JSON.stringify(value)}`]))
  const whole = [...(cnpj ? [cnpj] : []), ...stated].join(', ')
  if (whole.length <= longestSubject) return whole
  return `${whole.slice(0, longestSubject).toWellFormed()}… ${createHash('sha256').update(whole).digest('hex')}`
}

// A request must not join a job that will not bring what it wants: the profile, or an answer as fresh as that.
const subject = (company: DiscoveryInput): string =>
  [
    companySubject(company),
    company.profile ? '' : ' (sem perfil)',
    company.max_age === undefined ? '' : ` (max_age ${company.max_age})`,
  ].join('')

/** Finds a company's official website, reads it, and (unless told otherwise) enqueues its profile. */
export const discovery = defineKind<DiscoveryInput>({
  name: 'discovery',
  path: '/v2/scrape',
  summary: "Finds a company's official website and reads it",
  input,
  example: { cnpj: '12ABC34501DE35', profile: true },
  subject,
  maxAttempts: 5,
  timeoutSeconds: 180,
  loadHandler: async () => (await import('./find-website.ts')).findWebsite,
})
