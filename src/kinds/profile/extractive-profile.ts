import { type SiteFact, siteFacts } from '../../extract/site-facts.ts'
import type { StoredPage } from '../stored-pages.ts'
import type { Claim, CompanyProfile } from './company-profile.ts'
import { comparable } from './comparable-text.ts'
import { confidenceOf } from './confidence.ts'
import { describeCompany } from './describe-company.ts'
import { findFoundingYear } from './founding-year.ts'
import { jsonLdOfferings } from './json-ld-offerings.ts'
import { findLanguages } from './site-languages.ts'
import { findName } from './site-name.ts'
import type { SiteText } from './site-text.ts'

const mostEvidence = 3

/**
 * A profile from what code can find: facts, meta tags, JSON-LD, and sentences of a sure form. `pages` has the home page
 * first, and `site` is the text of the same pages.
 */
export async function extractiveProfile(
  pages: readonly StoredPage[],
  site: SiteText,
  { cnpj, website, language, signal }: { cnpj: string | null; website: string; language: string; signal?: AbortSignal },
): Promise<CompanyProfile> {
  const facts = siteFacts(pages)
  const name = findName(pages, site)
  const latestYear = Math.max(...pages.map(({ fetchedAt }) => new Date(fetchedAt).getUTCFullYear()), 0)
  return {
    schema_version: 2,
    engine: 'extractive',
    language,
    cnpj,
    website,
    name,
    description: await describeCompany(site, name ? [name.value] : [], signal),
    sector: null,
    business_model: null,
    offerings: jsonLdOfferings(pages, site),
    segments: [],
    differentiators: [],
    certifications: [],
    brands: [],
    clients: [],
    locations: locations(facts.addresses),
    postal_codes: claims(facts.postalCodes),
    contacts: {
      phones: claims(facts.phones),
      whatsapps: claims(facts.whatsapps),
      emails: claims(facts.emails),
      socials: claims(facts.socials),
    },
    cnpjs: claims(facts.cnpjs),
    year_founded: await findFoundingYear(site, latestYear, { names: name ? [name.value] : [], signal }),
    size_claimed: null,
    languages: findLanguages(pages, site),
    dropped: {},
    coverage: null,
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
      confidence: confidenceOf({
        pages: new Set(places.map(({ url }) => url)).size,
        isFoundByCode: true,
        doSourcesAgree: new Set(places.map(({ source }) => source)).size > 1,
        isContested: false,
      }),
    }))

/** An address that another one holds whole ("Rua A, 5" in "Rua A, 5 - Centro") is that one, and speaks for it. */
function locations(addresses: readonly SiteFact[]): Claim[] {
  const plain = new Map(addresses.map(({ value }) => [value, ` ${comparable(value)} `]))
  const fuller = ({ value, isElsewhere }: SiteFact) =>
    addresses.find(
      (other) =>
        other.isElsewhere === isElsewhere &&
        other.value.length > value.length &&
        plain.get(other.value)!.startsWith(plain.get(value)!),
    )
  const whole = addresses.filter((address) => !fuller(address))
  return claims(
    whole.map((address) => ({
      ...address,
      places: [address, ...addresses.filter((other) => fuller(other) === address)]
        .flatMap(({ places }) => places)
        // What a reader sees is the better evidence.
        .sort((one, other) => Number(other.source === 'text') - Number(one.source === 'text')),
    })),
  )
}
