import { getDomain, getDomainWithoutSuffix, getHostname } from 'tldts'
import { listedBrands, listedHosts } from './listed-hosts.ts'

/** Why a host is not a company's own website. */
export type HostCategory = keyof typeof listedHosts

/** The listed domains by their category (src/search/listed-hosts.ts, which says how to add one). */
export const notCompanySites = Object.fromEntries<ReadonlySet<string>>(
  Object.entries(listedHosts).map(([category, hosts]) => [category, new Set(words(hosts))]),
) as Record<HostCategory, ReadonlySet<string>>

/**
 * What is known of a host that is listed. It is somebody's own site too: who looks for the company behind it asks
 * whether that bears `name`, and lets `homeUrl` prove itself like any other candidate. A page further down proves nothing:
 * there it prints the CNPJ of others.
 */
export type ListedHost = {
  category: HostCategory
  /** Who runs it: `magazineluiza.com.br`. Of a landlord's tenant (`shared_host`), the landlord. */
  domain: string
  /** The domain's own label, to be compared with names: `magazineluiza`. */
  name: string
  homeUrl: string
}

const categoryByHost = byEntry(listedHosts)
const categoryByBrand = byEntry(listedBrands)

/** Looks up the host of a URL, or a bare host name. Undefined: it is on no list. */
export function describeHost(url: string): ListedHost | undefined {
  const host = getHostname(url)?.toLowerCase().replace(/\.$/, '')
  if (!host) return undefined
  const labels = host.split('.')
  const entries = labels.map((_label, from) => labels.slice(from).join('.'))
  const entry = entries.find((each) => categoryByHost.has(each))
  const category = categoryByHost.get(entry ?? '') ?? categoryByBrand.get(getDomainWithoutSuffix(host) ?? '')
  if (!category) return undefined
  const registrable = getDomain(host) ?? host
  // `gov.br` is listed as a whole, and each office of it is somebody else; a listed subdomain is a site of its own.
  const domain = entry && entry.length > registrable.length ? entry : registrable
  return { category, domain, name: domain.split('.')[0]!, homeUrl: `https://${domain}/` }
}

/**
 * What the host of a URL (or a bare host name) is, if it is known not to be one company's own website.
 *
 * `shared_host` differs from the others: the domain is a landlord's, and `padaria.negocio.site` may be the very site
 * that is looked for. The others are somebody's site too: whoever looks for Magazine Luiza's own has to let proof
 * overrule this answer (`describeHost` says whose it is).
 */
export const classifyHost = (url: string): HostCategory | undefined => describeHost(url)?.category

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean)
}

function byEntry(lists: Partial<Record<HostCategory, string>>): ReadonlyMap<string, HostCategory> {
  return new Map(
    Object.entries(lists).flatMap(([category, entries]) =>
      words(entries).map((entry) => [entry, category as HostCategory] as const),
    ),
  )
}
