import { getDomain, getDomainWithoutSuffix } from 'tldts'
import { mailProviders } from '../../extract/mail-providers.ts'
import { describeHost } from '../../search/not-company-sites.ts'
import type { SearchResult } from '../../search/search-provider.ts'
import { pageKey, siteKey } from '../../site/page-key.ts'
import type { Company } from './company.ts'
import { nameWords, plain } from './verdict/name-words.ts'

/** A website that may be the company's, and how it came up: `title` and `snippet` are a search's. */
export type Candidate = {
  url: string
  origin: 'given' | 'stored' | 'email_domain' | 'search' | 'guessed'
  title?: string
  snippet?: string
  /** It is the folder that its address names, of somebody else's site: no page outside is the company's. */
  isFolder?: true
}
/** One that is out without being read: a directory, a social network and the like. */
export type RuledOut = Candidate & { because: string }
/**
 * Candidates in the order in which they are to be looked at, and what is out; each site stands once over all calls.
 * `within` are hosts and folders of such a site that may be a company's of their own, as in a group: for when the site
 * itself turns out not to be it.
 */
export type LineUp = { candidates: Candidate[]; within: Candidate[]; ruledOut: RuledOut[] }

/** Mail that an accountant handles for many companies: the domain is the office's, not the company's. */
const accountants = /contab|contador|contadores|escritorio|assessoria|despachante/
/** What such a host prints is about other companies, unless it bears the company's name: then it is read, and must prove itself. */
const mayBeOwn = new Set(['directory', 'marketplace', 'news', 'reference'])
const mostGuesses = 4
/** Of one query's answer. */
const mostWithin = 2
/** The longest label of a domain name (RFC 1035). */
const mostLabelLength = 63

/**
 * What there is to look at before anything is searched: the given website, the one that proved itself at an earlier time,
 * and the domain of the registry's e-mail.
 */
export function candidatesAtHand(
  { given, stored }: { given?: string | undefined; stored?: string | undefined },
  company: Company,
): Candidate[] {
  const domain = company.email?.split('@')[1]
  const isOwnMail = domain && isDomain(domain) && !mailProviders.has(domain) && !accountants.test(domain)
  return [
    ...(given ? [{ url: given, origin: 'given' as const }] : []),
    ...(stored ? [{ url: stored, origin: 'stored' as const }] : []),
    ...(isOwnMail ? [{ url: `http://${domain}/`, origin: 'email_domain' as const }] : []),
  ]
}

/** What a search found: the engine's own idea of the company's site first, then hosts that bear its name, by position. */
export function candidatesFound(results: readonly SearchResult[], company: Company): Candidate[] {
  const order = (result: SearchResult) =>
    (isKnowledge(result) ? 0 : bearsName(result.url, company.names) ? 1_000 : 2_000) + result.position
  return [...results]
    .sort((one, other) => order(one) - order(other))
    .map(({ url, title, snippet }) => ({ url, origin: 'search', title, snippet }))
}

/** The domains that a company of this name would take first. They say nothing until the site has proved itself. */
export function candidatesGuessed(company: Company): Candidate[] {
  const labels = company.names.map((name) =>
    nameWords(name)
      .filter((word) => !/^\d{4,}$/.test(word))
      .join(''),
  )
  const named = [...new Set(labels)].filter((label) => label.length >= 3 && label.length <= mostLabelLength)
  const domains = [...named.map((label) => `${label}.com.br`), ...named.map((label) => `${label}.com`)]
  return domains.slice(0, mostGuesses).map((domain) => ({ url: `http://${domain}/`, origin: 'guessed' }))
}

/**
 * Sorts out what is worth reading, at most `most` sites. `seen` holds those that came up before, and takes the new ones:
 * no site is looked at twice.
 */
export function lineUp(
  offered: readonly Candidate[],
  company: Company,
  { seen, most }: { seen: Set<string>; most: number },
): LineUp {
  const candidates: Candidate[] = []
  const within: Candidate[] = []
  const ruledOut: RuledOut[] = []
  for (const { url, ...offer } of offered) {
    const listed = describeHost(url)
    const isGiven = offer.origin === 'given'
    const isLandlord = listed?.category === 'shared_host'
    const isItself = listed !== undefined && mayBeOwn.has(listed.category) && bearsName(listed.homeUrl, company.names)
    // What the caller named is looked at whatever it is, but for a network that shows its profiles to members alone.
    const isOut = listed && !isLandlord && !isItself && (!isGiven || listed.category === 'social')
    const isLandlordsOwn = isLandlord && isAtItsOwn(url, listed.domain) && bearsName(listed.homeUrl, company.names)
    const isAsItIs = offer.origin === 'stored' || (isGiven && listed !== undefined)
    const home = isAsItIs ? url : isItself || isLandlordsOwn ? listed.homeUrl : homeOf(url, { isLandlord })
    // Profiles and pages on one host are many companies'.
    const isOneOfMany = isOut || offer.origin === 'stored'
    const key = isOneOfMany ? pageKey(url) : isLandlord ? pageKey(home) : siteKey(home)
    if (isGiven && !listed && pageKey(url) !== pageKey(home)) {
      const inside = { ...offer, ...pageGiven(url) }
      within.push(inside)
      seen.add(hostKey(inside.url))
    } else if (!listed && offer.origin !== 'stored') {
      const inside = insideOf(url, company.names, { isSeen: seen.has(key) }).map((each) => ({ ...offer, ...each }))
      for (const each of inside) {
        if (within.length >= mostWithin || seen.has(hostKey(each.url))) continue
        within.push(each)
        seen.add(hostKey(each.url))
      }
    }
    if (seen.has(key)) continue
    if (isOut) ruledOut.push({ ...offer, url, because: listed.category })
    else if (candidates.length < most) candidates.push({ ...offer, url: home })
    else continue // Another query may put it higher.
    seen.add(key).add(hostKey(home))
  }
  return { candidates, within, ruledOut }
}

/** Pages that every site has, and articles: none is a company's own part of a site. */
const everySites =
  /^(?:contat|contact|fale|sobre|about|quem|empresa|institucional|servic|produt|blog|noticia|news|artigo|post|home|inicio|index|default|privacidade|politica|termos|p$|\d+$)/

/**
 * What a given address further down may be, for when the site's first page is not it: a folder that is the company's part
 * of somebody else's site; or, of a dead first page, just the page that was named.
 */
function pageGiven(text: string): Pick<Candidate, 'url' | 'isFolder'> {
  const { origin, pathname } = new URL(text)
  const [folder = '', ...rest] = pathname.split('/').filter(Boolean)
  if (folder === '') return { url: text }
  const isPage = everySites.test(plain(folder)) || (rest.length === 0 && /\.\w{2,5}$/.test(folder))
  return isPage ? { url: text } : { url: `${origin}/${folder}/`, isFolder: true }
}

const isAtItsOwn = (url: string, domain: string) => bareHost(new URL(url)) === domain

/** A seen site's other host that a result stands on, and the folder that is called after the company. */
function insideOf(
  text: string,
  names: readonly string[],
  { isSeen }: { isSeen: boolean },
): Pick<Candidate, 'url' | 'isFolder'>[] {
  const { origin, pathname } = new URL(text)
  const [folder = ''] = pathname.split('/').filter(Boolean)
  const isNamed = isCalledAfter(folder, names)
  return [
    ...(isSeen ? [{ url: `${origin}/` }] : []),
    ...(isNamed ? [{ url: `${origin}/${folder}/`, isFolder: true as const }] : []),
  ]
}

/** Whether a folder is called after a company: all of a name, and nothing else. */
export function isCalledAfter(folder: string, names: readonly string[]): boolean {
  const label = nameWords(folder.replace(/[-_]/g, ' ')).join('')
  return label.length >= 5 && names.some((name) => nameWords(name).join('') === label)
}

// Beside the keys of whole sites, and never the same as one.
const hostKey = (url: string) => `at ${pageKey(url)}`

/** Registries print what was typed once: `padaria.com.br>` is no domain, and an address made of it no URL. */
const isDomain = (text: string): boolean =>
  !/[\s:/?#@]/.test(text) && getDomain(text) !== null && URL.canParse(`http://${text}/`)

/** Whether the name before a host's public suffix is a company's name, or begins with or begins it. */
export function bearsName(url: string, names: readonly string[]): boolean {
  const label = plain(getDomainWithoutSuffix(url, { allowPrivateDomains: true }) ?? '').replaceAll('-', '')
  if (label.length < 2) return false
  return names.some((name) => {
    const joined = nameWords(name).join('')
    if (joined === label) return true
    const [shorter, longer] = joined.length < label.length ? [joined, label] : [label, joined]
    return shorter.length >= 5 && longer.startsWith(shorter)
  })
}

/** Where the site begins that a search result stands on: on a host of many sites, in the folder of the one. */
function homeOf(text: string, { isLandlord }: { isLandlord: boolean }): string {
  const url = new URL(text)
  const folder = siteKey(text).split('/').slice(1).join('/')
  const [first = ''] = url.pathname.split('/').filter(Boolean)
  const isInFolder = isLandlord && (bareHost(url) === getDomain(url.hostname) || /\.wixsite\.com$/.test(url.hostname))
  return `${url.origin}/${folder || (isInFolder ? first : '')}`
}

const bareHost = (url: URL) => url.hostname.replace(/^www\./, '')

// Position 0 is what a provider gives the site that the engine itself believes to be the company's.
const isKnowledge = (result: SearchResult & { isKnowledgeGraph?: boolean }) =>
  result.isKnowledgeGraph === true || result.position === 0
