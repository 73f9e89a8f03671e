import { getDomain } from 'tldts'

// Hosts of many companies' sites that the Public Suffix List does not know as such.
const sharedHosts = ['negocio.site', 'lojaintegrada.com.br']
/** Hosts where each company has a folder, by how many segments name it. */
const folderHosts: Record<string, number> = { 'sites.google.com': 2 }

const tracking =
  /^(utm_.*|mtm_.*|pk_.*|hsa_.*|gclid|gclsrc|gbraid|wbraid|gad_.*|fbclid|fb_.*|msclkid|dclid|yclid|ttclid|twclid|li_fat_id|igshid?|mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|_ga|_gl|_openstat|srsltid|ref|phpsessid|aspsessionid.*|jsessionid|cftoken|cfid|sid)$/i
/** Tracking mostly, but with a short number the name of what the page shows. */
const mayName = /^(ref|sid)$/i
const indexFile = /\/(index|default|home)\.([sp]?html?|php\d?|aspx?|jsp|cfm)$/i

/**
 * What two addresses of the same page have in common: no scheme, `www.`, fragment, index file, trailing slash,
 * session or tracking parameter; the other parameters in order. What is not a URL stays as it is.
 */
export function pageKey(text: string): string {
  const url = URL.parse(text)
  if (!url) return text
  const path = readable(url.pathname)
    .replace(/;jsessionid=[^/]*/i, '')
    .replace(/\/{2,}/g, '/')
    .replace(indexFile, '/')
    .replace(/\/+$/, '')
  const parameters = [...url.searchParams]
    .filter(([name, value]) => !tracking.test(name) || (mayName.test(name) && /^\d{1,8}$/.test(value)))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
  return `${bareHost(url)}${path}${parameters.length > 0 ? `?${parameters.join('&')}` : ''}`
}

/** What the addresses of one site have in common: the registrable domain, or the folder on a host of many sites. */
export function siteKey(text: string): string {
  const url = URL.parse(text)
  if (!url) return text
  const host = bareHost(url)
  const segments = folderHosts[host]
  if (segments) return [host, ...url.pathname.split('/').slice(1, segments + 1)].join('/')
  const shared = sharedHosts.find((each) => host.endsWith(`.${each}`))
  if (shared)
    return `${host
      .slice(0, -shared.length - 1)
      .split('.')
      .at(-1)}.${shared}`
  return getDomain(host, { allowPrivateDomains: true }) ?? host
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
