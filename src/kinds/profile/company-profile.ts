/** Where a value stands on the website, word for word. */
export type Evidence = { url: string; quote: string }
/** A value without evidence does not exist: every one names at least one place. */
export type Claim<Value = string> = { value: Value; evidence: Evidence[] }

/**
 * What a company's website says of it. `null` and empty lists: the site does not say it. Contacts come from extraction
 * alone; the rest from the model where there is one, each with a quote that was found in the pages.
 */
export type CompanyProfile = {
  schema_version: 1
  engine: 'llm' | 'extractive'
  cnpj: string | null
  website: string
  name: Claim | null
  description: Claim | null
  sector: Claim | null
  offerings: Claim[]
  year_founded: Claim | null
  cnpjs: Claim[]
  phones: Claim[]
  whatsapps: Claim[]
  emails: Claim[]
  socials: Claim[]
  addresses: Claim[]
  postal_codes: Claim[]
  languages: string[]
  /** Values of the model whose quote stands nowhere in the pages. */
  dropped: number
  usage: { tokens_in: number; tokens_out: number; calls: number; latency_ms: number } | null
  pages: string[]
}
