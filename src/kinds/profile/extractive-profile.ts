import { type SiteFact, siteFacts } from '../../extract/site-facts.ts'
import type { StoredPage } from '../stored-pages.ts'
import type { Claim, CompanyProfile } from './company-profile.ts'

const mostEvidence = 3

/** A profile from what code can find: facts, meta tags and JSON-LD. Pure. `pages` has the home page first. */
export function extractiveProfile(
  pages: readonly StoredPage[],
  { cnpj, website }: { cnpj: string | null; website: string },
): CompanyProfile {
  const facts = siteFacts(pages)
  return {
    schema_version: 1,
    engine: 'extractive',
    cnpj,
    website,
    name: nameClaim(pages),
    description: descriptionClaim(pages),
    sector: null,
    offerings: [],
    year_founded: null,
    cnpjs: claims(facts.cnpjs),
    phones: claims(facts.phones),
    whatsapps: claims(facts.whatsapps),
    emails: claims(facts.emails),
    socials: claims(facts.socials),
    addresses: claims(facts.addresses),
    postal_codes: claims(facts.postalCodes),
    languages: [...new Set(pages.map(({ language }) => language).filter((language) => language !== null))],
    dropped: 0,
    usage: null,
    pages: pages.map(({ url }) => url),
  }
}

/** What is the company's own; three places that state it are shown. */
const claims = (facts: readonly SiteFact[]): Claim[] =>
  facts
    .filter(({ isElsewhere }) => !isElsewhere)
    .map(({ value, places }) => ({
      value,
      evidence: places.slice(0, mostEvidence).map(({ url, quote }) => ({ url, quote })),
    }))

/** What the home page calls the site: its site name, else its organisation's name, else the title's first part. */
function nameClaim(pages: readonly StoredPage[]): Claim | null {
  const home = pages[0]
  if (!home) return null
  const { url, title, page } = home
  if (page.siteName) return { value: page.siteName, evidence: [{ url, quote: page.siteName }] }
  const organisation = page.jsonLd
    .map((node) => node as { name?: unknown; '@type'?: unknown } | null)
    .find((node) => typeof node?.name === 'string' && !/website|webpage|breadcrumb/i.test(String(node['@type'])))
  if (organisation) return { value: String(organisation.name), evidence: [{ url, quote: String(organisation.name) }] }
  if (!title) return null
  const value = title.split(/\s+[|–—-]\s+|,\s+/)[0]!.trim()
  return value ? { value, evidence: [{ url, quote: title }] } : null
}

/** The home page's own description of itself, else the first sentence of the site that is long enough to be one. */
function descriptionClaim(pages: readonly StoredPage[]): Claim | null {
  const described = pages.find(({ description }) => description !== null && description.length >= 30)
  if (described?.description) {
    return { value: described.description, evidence: [{ url: described.url, quote: described.description }] }
  }
  for (const { url, text } of pages) {
    const sentence = text
      .split('\n')
      .filter((line) => !/^[#|-]/.test(line) && !line.includes(' | '))
      .flatMap((line) => line.split(/(?<=[.!?])\s+/))
      .find((each) => each.length >= 60 && each.length <= 400 && /[.!?]$/.test(each))
    if (sentence) return { value: sentence, evidence: [{ url, quote: sentence }] }
  }
  return null
}
