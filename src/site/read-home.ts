import { getDomain } from 'tldts'
import { Failure } from '../errors.ts'
import type { ReadPage } from './read-page.ts'

/**
 * Reads a site's first page: at the address given and, if the site does not answer there, at the other scheme and
 * with or without `www.`.
 * @throws the failure of the address that was given, if no other one answers either, or if time runs out meanwhile;
 *   what is no `Failure`, as it is.
 */
export async function readHome(
  startUrl: string,
  readAt: (url: string) => Promise<ReadPage>,
  signal: AbortSignal,
): Promise<ReadPage> {
  const failures: Failure[] = []
  for (const url of startUrlVariants(startUrl)) {
    try {
      return await readAt(url)
    } catch (error) {
      // Why the address that was given did not answer says more than that there was no time for the others.
      if (signal.aborted && error === signal.reason) throw failures[0] ?? error
      if (!(error instanceof Failure)) throw error
      failures.push(error)
      // Who says when to come back has answered.
      if (!mayBeElsewhere(error, url) || error.retryAfterMs !== undefined) break
    }
  }
  throw failures[0]!
}

/** Many a server knows a site by one of its names only, and answers 403 or 404 for the others. */
const mayBeElsewhere = ({ code }: Failure, url: string) =>
  code === 'SITE_UNREACHABLE' || (code === 'SITE_REFUSED' && new URL(url).pathname === '/')

/** The addresses at which a site may answer that is named by `given`, with or without a scheme, best first. */
export function startUrlVariants(given: string): string[] {
  const text = given.trim()
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[^/]+:\d+(\/|$)/.test(text) ? text : `https://${text}`)
  if (!url) throw new Failure('SITE_BLOCKED', 'It is not a URL.')
  if (!/^https?:$/.test(url.protocol) || url.port) return [url.href]
  const hosts = [url.hostname, ...otherNameOf(url.hostname)]
  const schemes = url.protocol === 'https:' ? ['https:', 'http:'] : ['http:', 'https:']
  return hosts.flatMap((host) =>
    schemes.map((scheme) => Object.assign(new URL(url), { hostname: host, protocol: scheme }).href),
  )
}

function otherNameOf(host: string): string[] {
  const domain = getDomain(host, { allowPrivateDomains: true })
  if (!domain) return []
  if (host === domain) return [`www.${host}`]
  return host === `www.${domain}` ? [domain] : []
}
