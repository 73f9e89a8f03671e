import { toSocialProfile } from '../../extract/find-socials.ts'
import type { Company } from './company.ts'
import type { Looked } from './look-at.ts'
import { carriesName, nameWords } from './verdict/name-words.ts'

/** A page that the company, it seems, has where many have theirs. It is never its website. */
export type SharedPage = {
  url: string
  kind: 'social' | 'shared_host' | 'marketplace'
  /** The page itself shows that it is this company's. False: only its name says so, and a namesake's may read the same. */
  is_proven: boolean
  /** The words that name the company there. */
  quote: string
}

/**
 * The profiles, link pages and shop pages among what was looked at that bear the company's name. Networks are not read,
 * so that all there is of a profile is what the search showed of it; a name of one word needs its city beside it.
 */
export function sharedPages(looked: readonly Looked[], company: Company): SharedPage[] {
  return looked.flatMap((each): SharedPage[] => {
    if (each.outcome === 'read') {
      const { nature, standing, reasons } = each.verdict
      if (standing === 'rejected' || (nature !== 'shared_page' && nature !== 'marketplace_page')) return []
      const kind = nature === 'shared_page' ? 'shared_host' : 'marketplace'
      const quote = reasons.find(({ points }) => points > 0)?.quote ?? ''
      return [{ url: each.url, kind, is_proven: standing === 'proven', quote }]
    }
    if (each.outcome !== 'ruled_out') return []
    const quote = namedIn(each, company)
    if (quote === undefined) return []
    if (each.because === 'marketplace' && new URL(each.url).pathname !== '/') {
      return [{ url: each.url, kind: 'marketplace', is_proven: false, quote }]
    }
    const profile = each.because === 'social' ? toSocialProfile(each.url) : undefined
    return profile ? [{ url: profile, kind: 'social', is_proven: false, quote }] : []
  })
}

function namedIn({ origin, url, title = '', snippet = '' }: Looked, { names, municipio }: Company): string | undefined {
  // The caller's own word for whose it is.
  if (origin === 'given') return url
  const shown = `${title} ${snippet}`
  const isInCity = municipio !== null && carriesName(shown, municipio)
  const isNamed = names.some((name) => carriesName(title, name) && (nameWords(name).length > 1 || isInCity))
  return isNamed ? title : undefined
}
