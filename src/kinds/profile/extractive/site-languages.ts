import type { StoredPage } from '../../stored-pages.ts'
import type { Claim } from '../company-profile.ts'
import { confidenceOf } from '../confidence.ts'
import type { PageText, SiteText } from '../text/site-text.ts'

const smallWords: Record<string, ReadonlySet<string>> = {
  pt: new Set('que nao uma para com os das dos em por mais nossa nosso sua seu voce ao sao pela pelo'.split(' ')),
  es: new Set('que no una para con los las el en por mas nuestra nuestro su usted al son del y es'.split(' ')),
  en: new Set('the and of to in is for our your with that are we you on by this from'.split(' ')),
}
const fewestSmallWords = 8
const clearly = 2
const mostRead = 5_000

/**
 * The languages of a site's pages, as their text shows, or as the pages declare where it shows nothing: templates
 * declare "en" above Portuguese text. The region comes from the declaration where that agrees.
 */
export function findLanguages(pages: readonly StoredPage[], { pages: texts }: SiteText): Claim[] {
  const found = pages.flatMap(({ url, language }, index) => {
    const declared = canonical(language)
    const shown = texts[index] && languageOf(texts[index])
    if (shown && declared?.split('-')[0] !== shown.language)
      return [{ url, value: shown.language, quote: shown.quote, isRead: true }]
    return declared ? [{ url, value: declared, quote: `lang="${language}"`, isRead: shown !== undefined }] : []
  })
  return [...Map.groupBy(found, ({ value }) => value)]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([value, places]) => ({
      value,
      evidence: places.slice(0, 3).map(({ url, quote }) => ({ url, quote })),
      confidence: confidenceOf({
        pages: places.length,
        isFoundByCode: true,
        doSourcesAgree: places.some(({ isRead, value: each }) => isRead && each.includes('-')),
        isContested: false,
      }),
    }))
}

function languageOf({ segments }: PageText): { language: string; quote: string } | undefined {
  const words: string[] = []
  let quote = ''
  for (const { plain, text } of segments) {
    if (words.length > mostRead) break
    words.push(...plain.split(' '))
    if (text.length > quote.length && quote.length < 160) quote = text.slice(0, 160)
  }
  const counts = Object.entries(smallWords)
    .map(([language, small]) => ({ language, count: words.filter((word) => small.has(word)).length }))
    .sort((one, other) => other.count - one.count)
  const [first, second] = counts
  if (!first || first.count < fewestSmallWords || first.count < clearly * (second?.count ?? 0)) return undefined
  return { language: first.language, quote }
}

function canonical(language: string | null): string | undefined {
  try {
    return language ? Intl.getCanonicalLocales(language.trim().replaceAll('_', '-'))[0] : undefined
  } catch {
    return undefined
  }
}
