import { isSameSite, pageKey } from '../../site/page-key.ts'
import type { SiteReading } from '../../site/read-site.ts'
import { type Candidate, isCalledAfter } from './candidates.ts'
import type { Looked } from './look-at.ts'

/**
 * Whether a host or folder of a site is worth a look, by what came of the site. Pure. A guide has a page or a host for
 * every company, with the right number on it: none of its own, and a folder only where the first page of a site that is
 * some company's leads there, as a group's does. What the request named is looked at without a link, but a single page
 * of a site only if its first page could not be read.
 */
export function isWorthReading({ url, isFolder, origin }: Candidate, looked: readonly Looked[]): boolean {
  const around = looked.flatMap((each) => (each.outcome === 'read' && isSameSite(each.url, url) ? [each] : []))
  if (around.some(({ verdict }) => verdict.nature === 'directory' || verdict.nature === 'marketplace_page'))
    return false
  if (origin === 'given') return isFolder === true || around.length === 0
  const isLedTo = ({ reading }: (typeof around)[number]) =>
    reading.pages[0]?.links.some((link) => isInside(link.url, url)) ?? false
  return !isFolder || around.some((each) => each.verdict.nature === 'own' && isLedTo(each))
}

/**
 * How a candidate is to be judged. That the request named a folder of somebody else's site speaks for it only if the folder
 * has the company's name: else it is a page that has to prove itself like any other.
 */
export function weighedOrigin({ origin, isFolder, url }: Candidate, names: readonly string[]): Candidate['origin'] {
  const [folder = ''] = new URL(url).pathname.split('/').filter(Boolean)
  return origin === 'given' && isFolder && !isCalledAfter(folder, names) ? 'search' : origin
}

/** What was read of a candidate itself: of a folder, not the site around it. */
export const ownPart = <Reading extends Pick<SiteReading, 'pages' | 'homeUrl'>>(
  { isFolder }: Candidate,
  reading: Reading,
): Reading =>
  isFolder ? { ...reading, pages: reading.pages.filter(({ url }) => isInside(url, reading.homeUrl)) } : reading

const isInside = (url: string, folder: string) => `${pageKey(url)}/`.startsWith(`${pageKey(folder)}/`)
