import { isSameSite, pageKey } from '../../site/page-key.ts'
import type { SiteReading } from '../../site/read-site.ts'
import type { Candidate } from './candidates.ts'
import type { Looked } from './look-at.ts'

/**
 * Whether a host or folder of a site is worth a look, by what came of the site. Pure. A guide has a page or a host for
 * every company, with the right number on it: none of its own, and a folder only where the first page of a site that is
 * some company's leads there, as a group's does.
 */
export function isWorthReading({ url, isFolder }: Candidate, looked: readonly Looked[]): boolean {
  const around = looked.flatMap((each) => (each.outcome === 'read' && isSameSite(each.url, url) ? [each] : []))
  if (around.some(({ verdict }) => verdict.nature === 'directory' || verdict.nature === 'marketplace_page'))
    return false
  const isLedTo = ({ reading }: (typeof around)[number]) =>
    reading.pages[0]?.links.some((link) => isInside(link.url, url)) ?? false
  return !isFolder || around.some((each) => each.verdict.nature === 'own' && isLedTo(each))
}

/** What was read of a candidate itself: of a folder, not the site around it. */
export const ownPart = <Reading extends Pick<SiteReading, 'pages' | 'homeUrl'>>(
  { isFolder }: Candidate,
  reading: Reading,
): Reading =>
  isFolder ? { ...reading, pages: reading.pages.filter(({ url }) => isInside(url, reading.homeUrl)) } : reading

const isInside = (url: string, folder: string) => `${pageKey(url)}/`.startsWith(`${pageKey(folder)}/`)
