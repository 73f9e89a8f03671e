import { parse } from 'tldts'
import type { StoredPage } from '../../stored-pages.ts'
import type { CompanyProfile } from '../company-profile.ts'
import { confidenceOf } from '../confidence.ts'
import { comparable } from '../text/comparable-text.ts'
import { isOrderToModel, isTemplateValue } from '../text/not-a-statement.ts'
import { pagesWith } from '../text/places.ts'
import { shown } from '../text/shown.ts'
import type { SiteText } from '../text/site-text.ts'

const longestName = 100
// "Home | Padaria Ipê": a page's name, not the company's.
const pageName =
  /^(?:home(?: ?page)?|inicio|pagina inicial|principal|index|bem vind[oa]s?.*|seja bem vind[oa].*|site oficial|website|welcome|inicial|sobre(?: nos)?|quem somos|contato|blog|loja(?: virtual| online)?|menu|(?:erro |error )?404.*|pagina nao encontrada|(?:page )?not found)$/
const organization =
  /Organization|Organisation|Corporation|Business|Store|Company|Clinic|Care|School|Restaurant|Hotel|Dentist|Attorney/

/**
 * What the home page calls the company: by its site name, its JSON-LD or its title, whichever agrees with others of
 * them or with the domain; in that order where none does.
 */
export function findName(pages: readonly StoredPage[], site: SiteText): CompanyProfile['name'] {
  const home = pages[0]
  if (!home) return null
  const { url, title, page } = home
  const label = comparable(parse(url).domainWithoutSuffix ?? new URL(url).hostname.split('.')[0] ?? '').replaceAll(
    ' ',
    '',
  )
  const candidates = [
    ...(page.siteName ? [{ value: page.siteName, quote: page.siteName, source: 'meta' }] : []),
    ...organizationNames(page.jsonLd).map((name) => ({ value: name, quote: name, source: 'json_ld' })),
    ...(title === null
      ? []
      : titleParts(title).map((value) => ({ value, quote: title.slice(0, 300), source: 'title' }))),
  ]
    .map((each) => ({ ...each, value: shown(each.value).trim(), quote: shown(each.quote) }))
    .filter(({ value }) => value.length >= 2 && value.length <= longestName)
    .filter(({ value }) => !pageName.test(comparable(value)) && !isTemplateValue(value) && !isOrderToModel(value))
    .map((each) => ({ ...each, plain: comparable(each.value) }))
  const ranked = candidates.map((each, index) => {
    const agreeing = new Set(
      candidates
        .filter(({ plain, source }) => source !== each.source && isPart(each.plain, plain))
        .map(({ source }) => source),
    )
    const isInDomain =
      each.plain.split(' ').some((word) => word.length >= 4 && label.includes(word)) ||
      (label.length >= 3 && each.plain.replaceAll(' ', '').includes(label))
    return { ...each, agreeing, score: agreeing.size * 2 + (isInDomain ? 2 : 0) - index * 0.1 }
  })
  const best = ranked.sort((one, other) => other.score - one.score)[0]
  if (!best) return null
  return {
    value: best.value,
    evidence: [{ url, quote: best.quote }],
    confidence: confidenceOf({
      pages: Math.max(1, pagesWith(site, best.value).length),
      isFoundByCode: true,
      doSourcesAgree: best.agreeing.size > 0,
      isContested: false,
    }),
  }
}

const isPart = (one: string, other: string): boolean =>
  ` ${one} `.includes(` ${other} `) || ` ${other} `.includes(` ${one} `)

const titleParts = (title: string): string[] => title.slice(0, 300).split(/\s+[|–—•·:-]+\s+|:\s+|,\s+|\s*[|•]\s*/)

function organizationNames(jsonLd: readonly unknown[]): string[] {
  const nodes = jsonLd.flatMap((each) => {
    const graph = (each as { '@graph'?: unknown } | null)?.['@graph']
    return Array.isArray(graph) ? [each, ...graph.slice(0, 100)] : [each]
  })
  return nodes.flatMap((each) => {
    const node = each as { name?: unknown; '@type'?: unknown } | null
    const isOrganization = organization.test(String(node?.['@type']))
    return isOrganization && typeof node?.name === 'string' ? [node.name] : []
  })
}
