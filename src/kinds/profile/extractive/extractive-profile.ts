import { type SiteFact, siteFacts } from '../../../extract/site-facts.ts'
import type { StoredPage } from '../../stored-pages.ts'
import type { Claim, CompanyProfile, Offering } from '../company-profile.ts'
import { confidenceOf } from '../confidence.ts'
import { normalName } from '../model/merge-answers.ts'
import { comparable } from '../text/comparable-text.ts'
import type { SiteText } from '../text/site-text.ts'
import { describeCompany } from './describe-company.ts'
import { findFoundingYear } from './founding-year.ts'
import { jsonLdOfferings } from './json-ld-offerings.ts'
import { listedOfferings } from './listed-offerings.ts'
import { isOthersContact } from './others-contacts.ts'
import { findLanguages } from './site-languages.ts'
import { findName } from './site-name.ts'

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
    offerings: offerings(jsonLdOfferings(pages, site), await listedOfferings(site, signal)),
    segments: [],
    differentiators: [],
    certifications: [],
    brands: [],
    clients: [],
    locations: locations(facts.addresses),
    postal_codes: claims(facts.postalCodes),
    contacts: {
      phones: claims(ownContacts(facts.phones, website)),
      whatsapps: claims(ownContacts(facts.whatsapps, website)),
      emails: claims(ownContacts(facts.emails, website)),
      socials: claims(facts.socials),
    },
    cnpjs: claims(ownContacts(facts.cnpjs, website)),
    year_founded: await findFoundingYear(site, latestYear, { names: name ? [name.value] : [], signal }),
    size_claimed: null,
    languages: findLanguages(pages, site),
    dropped: {},
    coverage: null,
    usage: null,
    pages: pages.map(({ url }) => url),
  }
}

/** What structured data lists goes before what a page does: it says the kind. */
function offerings(structured: readonly Offering[], listed: readonly Offering[]): Offering[] {
  const known = new Set(structured.map(({ name }) => normalName(name)))
  return [...structured, ...listed.filter(({ name }) => !known.has(normalName(name)))]
}

/** Without the places where it is said to be an authority's or a tool's. */
const ownContacts = (facts: readonly SiteFact[], website: string): SiteFact[] =>
  facts
    .map((fact) => ({
      ...fact,
      places: fact.places.filter(({ quote }) => !isOthersContact(fact.value, quote, website)),
    }))
    .filter(({ places }) => places.length > 0)

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
