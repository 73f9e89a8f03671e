import { parse } from 'tldts'
import { inCreditLine } from '../../../extract/credit-line.ts'
import type { Company } from '../company.ts'
import { tradeWords } from './common-words.ts'
import type { Evidence } from './evidence-points.ts'
import {
  carriesName,
  hasLegalForm,
  hasTrade,
  isWholeInLabel,
  nameInLabel,
  nameWords,
  plain,
  spelledHost,
  tellingWords,
} from './name-words.ts'
import { whoseName } from './near-namesake.ts'
import { cutHead, headingsOf, isArticle, organizationNodes, quoted, type SitePage } from './site-pages.ts'
import { otherTradeIn, vagueTrades } from './trades.ts'

export type NameEvidence = {
  evidence: Evidence[]
  /** The name stands on the pages, and hardly another company has it. */
  isTelling: boolean
  /** It does so with two words or more, one of which hardly another company has. */
  isFull: boolean
  /** One that stands there says more than a word that everybody uses: it is rare, or says what the company does too. */
  isSpecific: boolean
  /** A name, or the first word of one, stands in a title, a heading, or what the site calls itself. */
  isHeaded: boolean
  /** It does so in the first page's title, or as the site's name. */
  isTitled: boolean
  /** The name goes on where it stands: with another trade, or with words of others. Never plainly. */
  isAnothers: 'trade' | 'longer' | null
  /** A name, or the first word of one, stands on the pages. */
  isOnPages: boolean
  /** What the domain has of the name. */
  inDomain: 'telling' | 'everyday' | null
  /** The domain has all of a name, and not just its first word. */
  isWholeInDomain: boolean
  /** The name in the registry, with its legal form, is the site's: its heads and its domain have all of it but its trade. */
  bearsLegalName: boolean
  /** The words of a head, or the host, that say that the site is of another trade, whatever name it has. */
  otherTrade: string | undefined
}

const ownLine = /©|copyright|direitos reservados|raz[aã]o social|inscrit[ao] no cnpj|pessoa jur[ií]dica/i
/** A credit at the end of a line is looked for at every so many characters. */
const creditStep = 10
const mostOwnLines = 20
const notAnOrganization =
  /Article|Posting|Product|Person|Breadcrumb|ListItem|Offer|Review|Question|Answer|Event|JobPosting/

/** Where the company's names stand: where the site says who it is, and in its domain. */
export function nameEvidence(company: Company, pages: readonly SitePage[], homeUrl: string): NameEvidence {
  const { names, municipio, uf } = company
  const places = pages.flatMap((page, index) => placesOf(page, index === 0))
  const evidence: Evidence[] = []
  let [isTelling, isFull, isOnPages, isSpecific] = [false, false, false, false]

  const carried = names.flatMap((name) => {
    const place = places.find(({ text }) => carriesName(text, name))
    return place ? [{ name, place, telling: tellingWords(name, municipio), count: nameWords(name).length }] : []
  })
  const best =
    carried.find(({ telling, count }) => telling.length > 0 && count > 1) ??
    carried.find(({ telling }) => telling.length > 0)
  const some = best ?? carried[0]
  if (some) {
    isOnPages = true
    isTelling = best !== undefined
    isSpecific = isTelling || carried.some(({ name }) => hasTrade(name))
    isFull = best !== undefined && best.count > 1
    const what = `O site se apresenta como "${some.name}"`
    evidence.push({ kind: isTelling ? 'name' : 'weakName', what, url: some.place.url, quote: quoted(some.place.text) })
  } else {
    const brand = brandOf(company, places)
    if (brand) {
      isOnPages = true
      isSpecific = true
      const what = `O site se apresenta com "${brand.word}", do nome da empresa`
      evidence.push({ kind: 'weakName', what, url: brand.place.url, quote: quoted(brand.place.text) })
    }
  }

  const heads = places.filter(({ isLine }) => !isLine)
  const isHeaded =
    names.some((name) => heads.some(({ text }) => carriesName(text, name))) || brandOf(company, heads) !== undefined

  const titles = places.filter(({ isTitle }) => isTitle)
  const isTitled =
    names.some((name) => titles.some(({ text }) => carriesName(text, name))) || brandOf(company, titles) !== undefined

  const legalName = names.find((name) => hasLegalForm(name) && nameWords(name).length > 1)
  const legalPlace =
    legalName && places.find(({ text, isLine }) => isLine && hasLegalForm(text) && carriesName(text, legalName))
  if (legalPlace) {
    const what = `O site traz a razão social "${legalName}"`
    evidence.push({ kind: 'legalName', what, url: legalPlace.url, quote: quoted(legalPlace.text) })
  }

  const label = parse(spelledHost(homeUrl), { allowPrivateDomains: true }).domainWithoutSuffix ?? ''
  const grades = names.map((name) => ({ name, grade: nameInLabel(label, name, { municipio, uf }) }))
  const found = grades.find(({ grade }) => grade === 'telling') ?? grades.find(({ grade }) => grade)
  if (found?.grade) {
    const kind = found.grade === 'telling' ? 'domain' : 'weakDomain'
    const host = new URL(homeUrl).hostname
    evidence.push({ kind, what: `O domínio tem o nome "${found.name}"`, url: homeUrl, quote: host })
  }
  const headTexts = heads.map(({ text }) => text)
  const registered = names.filter(hasLegalForm)
  return {
    evidence,
    isTelling,
    isFull,
    isSpecific,
    isHeaded,
    isTitled,
    isAnothers: whoseName(company, headTexts),
    isOnPages,
    inDomain: found?.grade ?? null,
    isWholeInDomain: names.some((name) => isWholeInLabel(label, name, vagueTrades)),
    bearsLegalName: registered.some((name) => isBornBy(name, headTexts, label, municipio)),
    otherTrade: otherTradeIn(company, headTexts, homeUrl),
  }
}

/** Whether heads and domain have all words of a name but those for what it does, one of which hardly another company has. */
function isBornBy(name: string, heads: readonly string[], label: string, municipio: string | null): boolean {
  const said = new Set(heads.flatMap(nameWords))
  const joined = plain(label).replace(/[^a-z0-9]/g, '')
  const isSaid = (word: string) => said.has(word) || (word.length >= 4 && joined.includes(word))
  const own = nameWords(name).filter((word) => !tradeWords.has(word))
  return tellingWords(name, municipio).length > 0 && own.every(isSaid)
}

type NamePlace = { text: string; url: string; isLine: boolean; isTitle: boolean }

/** Where a page says whose the site is. What an inner page or an article is headed with is its subject. */
function placesOf(page: SitePage, isFirst: boolean): NamePlace[] {
  const { url, title, text } = page
  const place = (each: string, isLine = false): NamePlace => ({
    text: each,
    url,
    isLine,
    isTitle: isFirst && (each === title || each === page.page.siteName),
  })
  const heads = isFirst && !isArticle(page) ? [title, ...headingsOf(page).slice(0, 3)] : []
  const named = organizationNodes(page.page.jsonLd)
    .filter(({ types }) => types.length > 0 && !types.some((type) => notAnOrganization.test(type)))
    .flatMap(({ node }) => [node.name, node.legalName, node.alternateName])
  const said = [...heads, page.page.siteName, ...named].filter((each): each is string => typeof each === 'string')
  return [...said.map((each) => place(cutHead(each))), ...ownLines(text).map((line) => place(line, true))]
}

/** The lines in which a site names its owner: copyright, and what the law wants said. */
function ownLines(text: string): string[] {
  const lines: string[] = []
  let at = 0
  for (const line of text.split('\n')) {
    if (lines.length === mostOwnLines) break
    if (line.length <= 600 && ownLine.test(line)) {
      let end = 0
      while (end < line.length && !inCreditLine(text, at + end)) end += creditStep
      lines.push(line.slice(0, end))
    }
    at += line.length + 1
  }
  return lines
}

/** The first word of a name, if hardly another company has it: what a long legal name is called in short. */
function brandOf({ names, municipio }: Company, places: readonly NamePlace[]) {
  for (const name of names) {
    const [word] = nameWords(name)
    if (!word || word.length < 4 || tellingWords(name, municipio)[0] !== word) continue
    const place = places.find(({ text }) => nameWords(text).includes(word))
    if (place) return { word, place }
  }
  return undefined
}
