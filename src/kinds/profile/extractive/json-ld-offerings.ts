import { isOthersProperty } from '../../../extract/whose-json-ld.ts'
import type { StoredPage } from '../../stored-pages.ts'
import type { Offering } from '../company-profile.ts'
import { confidenceOf } from '../confidence.ts'
import { isAboutOthers } from '../proof/whose-statement.ts'
import { comparable } from '../text/comparable-text.ts'
import { isOrderToModel, isTemplateValue } from '../text/not-a-statement.ts'
import { pagesWith, placesOf } from '../text/places.ts'
import { shown } from '../text/shown.ts'
import type { SiteText } from '../text/site-text.ts'

const mostNodes = 2_000
const mostOfferings = 60
const longestName = 120
const holders = [
  '@graph',
  'makesOffer',
  'hasOfferCatalog',
  'itemListElement',
  'itemOffered',
  'item',
  'mainEntity',
  'offers',
]

/**
 * The products and services that the pages' JSON-LD lists. Templates leave theirs behind: a name that does not also
 * stand in the text of a page is none. Pure.
 */
export function jsonLdOfferings(pages: readonly StoredPage[], site: SiteText): Offering[] {
  const found = new Map<string, Offering>()
  for (const { page } of pages) {
    const queue: unknown[] = [...page.jsonLd]
    for (let at = 0; at < queue.length && at < mostNodes && found.size < mostOfferings; at++) {
      const node = queue[at]
      if (Array.isArray(node)) queue.push(...node.slice(0, 200))
      if (typeof node !== 'object' || node === null || Array.isArray(node)) continue
      const fields = node as Readonly<Record<string, unknown>>
      for (const key of holders) if (!isOthersProperty(key, fields) && fields[key]) queue.push(fields[key])
      const offering = offeringOf(fields, site)
      const key = offering && comparable(offering.name)
      if (key && !found.has(key)) found.set(key, offering)
    }
  }
  return [...found.values()]
}

function offeringOf({ name, '@type': type }: Readonly<Record<string, unknown>>, site: SiteText): Offering | undefined {
  const kind = /(?:^|,)Service(?:,|$)/.test(String(type))
    ? 'service'
    : /(?:^|,)Product(?:,|$)/.test(String(type))
      ? 'product'
      : null
  if (kind === null || typeof name !== 'string') return undefined
  const value = shown(name).trim()
  if (value === '' || value.length > longestName || isTemplateValue(value) || isOrderToModel(value)) return undefined
  const places = placesOf(site, value).filter((place) => !isAboutOthers(place))
  const [place] = places
  if (!place) return undefined
  return {
    name: value,
    kind,
    description: null,
    evidence: [{ url: place.url, quote: place.quote }],
    confidence: confidenceOf({
      pages: pagesWith(site, value).length,
      isFoundByCode: true,
      doSourcesAgree: true,
      isContested: false,
    }),
  }
}
