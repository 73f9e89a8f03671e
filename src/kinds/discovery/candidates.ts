import { formatCnpj } from '../../cnpj/number.ts'
import { mailProviders } from '../../extract/mail-providers.ts'
import { classifyHost } from '../../search/not-company-sites.ts'
import type { SearchResult } from '../../search/search-provider.ts'
import { siteKey } from '../../site/page-key.ts'
import type { Company } from './company.ts'
import { spokenName } from './name-words.ts'

/** A website that may be the company's, and how it came up. */
export type Candidate = { url: string; origin: 'given' | 'email_domain' | 'search' }
/** One that is out without being read: a directory, a social network and the like. */
export type RuledOut = Candidate & { because: string }

/** What a person would type to find it, the surest first. */
export function queriesFor(company: Company): string[] {
  const place = [company.municipio, company.uf].filter(Boolean).join(' ')
  const named = company.names.map((name) => [spokenName(name), place].filter(Boolean).join(' '))
  const numbered = company.cnpj ? [`CNPJ ${formatCnpj(company.cnpj)}`] : []
  return [...new Set([...named.slice(0, 2), ...numbered])]
}

/**
 * Which websites to look at, each site once, the likeliest first: the given one, the domain of the registry's e-mail,
 * then what a search found, in its order.
 */
export function chooseCandidates({
  website,
  company,
  results,
}: {
  website: string | undefined
  company: Company
  results: readonly SearchResult[][]
}): { candidates: Candidate[]; ruledOut: RuledOut[] } {
  const candidates: Candidate[] = []
  const ruledOut: RuledOut[] = []
  const seen = new Set<string>()
  const offer = (candidate: Candidate) => {
    const key = siteKey(candidate.url)
    if (seen.has(key)) return
    seen.add(key)
    const because = classifyHost(candidate.url)
    // What the caller named is looked at whatever it is.
    if (because !== undefined && candidate.origin !== 'given') ruledOut.push({ ...candidate, because })
    else candidates.push(candidate)
  }
  if (website) offer({ url: website, origin: 'given' })
  const domain = company.email?.split('@')[1]
  if (domain && !mailProviders.has(domain) && !/contab|contador/.test(domain)) {
    offer({ url: `http://${domain}/`, origin: 'email_domain' })
  }
  const byPosition = results.flat().sort((one, other) => one.position - other.position)
  for (const { url } of byPosition) offer({ url: homeOf(url), origin: 'search' })
  return { candidates, ruledOut }
}

/** The first page of the site that a search result stands on. A site in a folder of a shared host begins there. */
function homeOf(text: string): string {
  const url = new URL(text)
  const folder = siteKey(text).split('/').slice(1).join('/')
  return `${url.origin}/${folder}`
}
