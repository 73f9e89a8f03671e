import { getDomain } from 'tldts'

// Hosts of many companies' sites that the Public Suffix List does not know as such.
const sharedHosts = ['negocio.site', 'lojaintegrada.com.br']
/** Hosts where each company has a folder, by how many segments name it. */
const folderHosts: Record<string, number> = { 'sites.google.com': 2 }

const tracking =
  /^(utm_.*|mtm_.*|pk_.*|hsa_.*|gclid|gclsrc|gbraid|wbraid|gad_.*|fbclid|fb_.*|msclkid|dclid|yclid|ttclid|twclid|li_fat_id|igshid?|mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|_ga|_gl|_openstat|srsltid|ref|phpsessid|aspsessionid.*|jsessionid|session_?id|sessid|oscsid|zenid|xtcsid|cftoken|cfid|sid)$/i
/** Tracking mostly, but with a short number the name of what the page shows. */
const mayName = /^(ref|sid)$/i
/** Where ASP.NET keeps a session without cookies: `/(S(lit3py55t21z5v55vlm25s55))/contato.aspx`. */
const cookieless = /\/\((?:[A-Z]\([\w-]{10,100}\))+\)(?=\/|$)/
const indexFile = /\/(index|default|home)\.([sp]?html?|php\d?|aspx?|jsp|cfm)$/i

/**
 * What two addresses of the same page have in common: no scheme, `www.`, fragment, index file, trailing slash,
 * session or tracking parameter; the other parameters in order. What is not a URL stays as it is.
 */
export function pageKey(text: string): string {
  const url = URL.parse(text)
  return url ? pageKeyOf(url) : text
}

export function pageKeyOf(url: URL): string {
  const path = readable(url.pathname)
    .replace(/;jsessionid=[^/]*/i, '')
    .replace(cookieless, '/')
    .replace(/\/{2,}/g, '/')
    .replace(indexFile, '/')
    .replace(/\/+$/, '')
  if (!url.search) return `${bareHost(url)}${path}`
  const parameters = [...url.searchParams]
    .filter(([name, value]) => !tracking.test(name) || (mayName.test(name) && /^\d{1,8}$/.test(value)))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
  return `${bareHost(url)}${path}${parameters.length > 0 ? `?${parameters.join('&')}` : ''}`
}

/** What the addresses of one site have in common: the registrable domain, or the folder on a host of many sites. */
export function siteKey(text: string): string {
  const url = URL.parse(text)
  return url ? siteKeyOf(url) : text
}

export function siteKeyOf(url: URL): string {
  const host = bareHost(url)
  const segments = folderHosts[host]
  return segments ? [host, ...url.pathname.split('/').slice(1, segments + 1)].join('/') : registrableDomain(host)
}

/** Of the hosts asked about last: the pages of a site ask about the same few again and again. */
const domains = new Map<string, string>()
const mostDomains = 1_000

function registrableDomain(host: string): string {
  let domain = domains.get(host)
  if (domain === undefined) {
    const shared = sharedHosts.find((each) => host.endsWith(`.${each}`))
    domain = shared
      ? `${host
          .slice(0, -shared.length - 1)
          .split('.')
          .at(-1)}.${shared}`
      : (getDomain(host, { allowPrivateDomains: true }) ?? host)
    if (domains.size >= mostDomains) domains.clear()
    domains.set(host, domain)
  }
  return domain
}

export const isSameSite = (one: string, other: string) => siteKey(one) === siteKey(other)

const bareHost = (url: URL) => url.hostname.replace(/\.$/, '').replace(/^www\./, '')

/** Decodes a path as far as it is UTF-8, so that `%7E` and `~` are one. */
function readable(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
