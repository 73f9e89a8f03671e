import { parse } from 'tldts'
import type { Fact, PageFacts } from './extract-facts.ts'
import { mailProviders } from './mail-providers.ts'

export type SiteFact = {
  value: string
  /** One a page and source at most, the best first. */
  places: Fact[]
  /** It belongs to another organisation, of which this site merely prints it. */
  isElsewhere: boolean
}

export type SiteFacts = { [kind in keyof PageFacts]: SiteFact[] }

type Page = { url: string; facts: PageFacts }

const kinds = ['cnpjs', 'phones', 'emails', 'whatsapps', 'socials', 'postalCodes', 'addresses'] as const
const sources: readonly Fact['source'][] = ['text', 'link', 'json_ld', 'meta']
/** How many characters of text a contact block spans from its e-mail address: a few lines each way. */
const blockReach = 300
const homePath = /^\/(?:(?:home|inicio|in%C3%ADcio|index|default|main|pt|pt-br|br)(?:\.\w{2,5})?\/?)?$/i
const contactPath = /contat|contact|fale[-_]?conosco|atendimento/i

/**
 * The facts of a site's pages in one: every value once, with all places that state it. First come those on the most
 * pages, then those on the home or a contact page, then those read in text before links, JSON-LD and metadata; last,
 * whatever those are, the ones that are another organisation's (`isElsewhere`): e-mail addresses at a domain that is
 * neither the site's nor a mail provider's, and what stands within a few lines of one. A school's page about a partner
 * prints the partner's telephone. What the home or a contact page prints is the site's own, and so is all mail at a
 * domain printed there. `pages` has the home page first.
 */
export function siteFacts(pages: readonly Page[]): SiteFacts {
  const fronts = new Set(pages.filter(({ url }, index) => index === 0 || isFront(url)).map(({ url }) => url))
  const isElsewhere = elsewhere(pages, fronts)
  const merged = (kind: keyof PageFacts): SiteFact[] => merge(pages, kind, fronts, (fact) => isElsewhere(kind, fact))
  return {
    cnpjs: merged('cnpjs'),
    phones: merged('phones'),
    emails: merged('emails'),
    whatsapps: merged('whatsapps'),
    socials: merged('socials'),
    postalCodes: merged('postalCodes'),
    addresses: merged('addresses'),
  }
}

function merge(
  pages: readonly Page[],
  kind: keyof PageFacts,
  fronts: ReadonlySet<string>,
  isElsewhere: (fact: Fact) => boolean,
): SiteFact[] {
  const byValue = new Map<string, Fact[]>()
  for (const { facts } of pages) {
    for (const fact of facts[kind]) {
      const places = byValue.get(fact.value) ?? []
      byValue.set(fact.value, places)
      if (!places.some(({ url, source }) => url === fact.url && source === fact.source)) places.push(fact)
    }
  }
  return [...byValue]
    .map(([value, places]) => ({
      fact: { value, places: places.sort(bySource), isElsewhere: places.every(isElsewhere) },
      pageCount: new Set(places.map(({ url }) => url)).size,
      isOnFront: places.some(({ url }) => fronts.has(url)),
    }))
    .sort(
      (a, b) =>
        Number(a.fact.isElsewhere) - Number(b.fact.isElsewhere) ||
        b.pageCount - a.pageCount ||
        Number(b.isOnFront) - Number(a.isOnFront) ||
        bySource(a.fact.places[0]!, b.fact.places[0]!),
    )
    .map(({ fact }) => fact)
}

const bySource = (a: Fact, b: Fact): number => sources.indexOf(a.source) - sources.indexOf(b.source)

/** A function that tells of a place whether what it states is another organisation's. */
function elsewhere(
  pages: readonly Page[],
  fronts: ReadonlySet<string>,
): (kind: keyof PageFacts, fact: Fact) => boolean {
  const onFront = pages.filter(({ url }) => fronts.has(url)).map(({ facts }) => facts)
  const known = new Set(kinds.flatMap((kind) => onFront.flatMap((facts) => facts[kind].map(({ value }) => value))))
  const own = new Set([
    ...pages.flatMap(({ url }) => domainOf(url)),
    ...onFront.flatMap(({ emails }) => emails.flatMap(({ value }) => domainOf(value))),
  ])
  const ownNames = new Set([...own].filter((domain) => !mailProviders.has(domain)).map(nameOf))

  function whose(email: string): 'ours' | 'theirs' | 'anybody' {
    if (known.has(email)) return 'ours'
    const [domain] = domainOf(email)
    if (domain === undefined || mailProviders.has(domain)) return 'anybody'
    // aurora.com and aurora.com.br are one company's far more often than two.
    return own.has(domain) || ownNames.has(nameOf(domain)) ? 'ours' : 'theirs'
  }

  const marks = new Map(
    pages.map(({ url, facts }) => [
      url,
      facts.emails.flatMap(({ value, at }) => {
        const owner = whose(value)
        return at === undefined || owner === 'anybody' ? [] : [{ at, isTheirs: owner === 'theirs' }]
      }),
    ]),
  )

  return (kind, { value, url, at }) => {
    if (known.has(value)) return false
    const owner = kind === 'emails' ? whose(value) : 'anybody'
    if (owner !== 'anybody') return owner === 'theirs'
    if (at === undefined) return false
    const [nearest] = (marks.get(url) ?? [])
      .map((mark) => ({ ...mark, distance: Math.abs(mark.at - at) }))
      .filter(({ distance }) => distance <= blockReach)
      .sort((a, b) => a.distance - b.distance)
    return nearest?.isTheirs ?? false
  }
}

function isFront(url: string): boolean {
  const parsed = URL.parse(url)
  if (!parsed) return false
  const { pathname, search } = parsed
  return (homePath.test(pathname) && search === '') || contactPath.test(pathname + search)
}

/** The registrable domain of an address or an e-mail address, as a list of one or none. */
function domainOf(address: string): string[] {
  const { domain } = parse(address, { allowPrivateDomains: true })
  return domain === null ? [] : [domain]
}

const nameOf = (domain: string): string => parse(domain, { allowPrivateDomains: true }).domainWithoutSuffix ?? domain
