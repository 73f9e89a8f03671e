import { getDomain } from 'tldts'
import { Failure } from '../errors.ts'
import type { ReadPage } from './read-page.ts'

/**
 * Reads a site's first page: at the address given and, if the site does not answer there, at the other scheme and
 * with or without `www.`.
 * @throws the failure of the address that was given, if no other one answers either.
 */
export async function readHome(startUrl: string, readAt: (url: string) => Promise<ReadPage>): Promise<ReadPage> {
  const failures: Failure[] = []
  for (const url of startUrlVariants(startUrl)) {
    try {
      return await readAt(url)
    } catch (error) {
      if (!(error instanceof Failure)) throw failures[0] ?? error
      failures.push(error)
      // Who says when to come back has answered.
      if (error.code !== 'SITE_UNREACHABLE' || error.retryAfterMs !== undefined) break
    }
  }
  throw failures[0]!
}

/** The addresses at which a site may answer that is named by `text`, with or without a scheme, best first. */
export function startUrlVariants(text: string): string[] {
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
