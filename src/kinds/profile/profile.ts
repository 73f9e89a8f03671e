import { z } from 'zod'
import { companyFields, orBlank } from '../company-fields.ts'
import { defineKind } from '../define-kind.ts'

const identifying = ['cnpj', 'website', 'job_id'] as const

const input = z
  .strictObject({
    cnpj: companyFields.cnpj,
    website: companyFields.website,
    job_id: orBlank(z.uuid().toLowerCase().optional()),
    external_id: companyFields.external_id,
  })
  .refine((fields) => identifying.some((name) => fields[name] !== undefined), {
    error: `informe ao menos um destes campos: ${identifying.join(', ')}`,
  })

export type ProfileInput = z.output<typeof input>

/** Writes a company's profile from the pages of its website. */
export const profile = defineKind<ProfileInput>({
  name: 'profile',
  path: '/v2/montagem_perfil',
  summary: "Writes a company's profile from the pages of its website",
  input,
  example: { cnpj: '12ABC34501DE35' },
  subject: ({ cnpj, website, job_id }) => cnpj ?? website ?? job_id,
  buildsOn: ({ job_id }) => (job_id ? { field: 'job_id', jobId: job_id, kind: 'discovery' } : undefined),
  maxAttempts: 5,
  timeoutSeconds: 300,
  waitsForBudget: true,
  loadHandler: async () => (await import('./write-profile.ts')).writeProfile,
})
