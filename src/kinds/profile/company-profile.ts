import { z } from 'zod'

const evidence = z.strictObject({
  url: z.string().meta({ description: 'The page.' }),
  quote: z.string().meta({ description: 'The words of the page, as they stand there; of a link, its address.' }),
})

const proof = {
  evidence: z.array(evidence).min(1),
  confidence: z.number().min(0).max(1).meta({ description: 'Computed; see docs/profile.md.' }),
}

const claimOf = <Value extends z.ZodType>(value: Value) => z.strictObject({ value, ...proof })
const claim = claimOf(z.string())
const claims = z.array(claim)

const offering = z.strictObject({
  name: z.string(),
  kind: z.enum(['product', 'service']).nullable(),
  description: z.string().nullable(),
  ...proof,
})

/**
 * What a company's website says of it. `null` and empty lists: the site does not say it. Nothing stands here without
 * the words of a page that state it. docs/profile.md describes every field to callers.
 */
export const companyProfile = z.strictObject({
  schema_version: z.literal(2),
  engine: z.enum(['llm', 'extractive']),
  language: z.string().meta({ description: 'BCP 47: what the text was asked for in.' }),
  cnpj: z.string().nullable(),
  website: z.string(),
  name: claim.nullable(),
  description: claim.nullable(),
  sector: claim.nullable(),
  business_model: claimOf(z.enum(['B2B', 'B2C', 'both'])).nullable(),
  offerings: z.array(offering),
  segments: claims,
  differentiators: claims,
  certifications: claims,
  brands: claims,
  clients: claims,
  locations: claims,
  postal_codes: claims,
  contacts: z.strictObject({ phones: claims, whatsapps: claims, emails: claims, socials: claims }),
  cnpjs: claims,
  year_founded: claimOf(z.int()).nullable(),
  size_claimed: claim.nullable(),
  languages: claims,
  dropped: z
    .record(z.string(), z.int())
    .meta({ description: 'By field, how many values of the model were not proved by the pages.' }),
  coverage: z.strictObject({ passages: z.int(), read: z.int() }).nullable(),
  usage: z
    .strictObject({
      tokens_in: z.number(),
      tokens_out: z.number(),
      calls: z.int(),
      latency_ms: z.number(),
      cost: z.number().optional(),
    })
    .nullable(),
  pages: z.array(z.string()),
})

export type CompanyProfile = z.infer<typeof companyProfile>
/** Where a value stands on the website, word for word. */
export type Evidence = z.infer<typeof evidence>
/** A value without evidence does not exist: every one names at least one place. */
export type Claim<Value = string> = { value: Value; evidence: Evidence[]; confidence: number }
export type Offering = z.infer<typeof offering>
export type BusinessModel = NonNullable<CompanyProfile['business_model']>['value']
