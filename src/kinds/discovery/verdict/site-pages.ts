import type { ReadPage } from '../../../site/read-page.ts'

/** What is looked at of a page that was read. */
export type SitePage = Pick<ReadPage, 'url' | 'title' | 'text' | 'facts' | 'page'>

const whoPath =
  /contat|contact|fale[-_]?conosco|sobre|about|quem[-_]?somos|empresa|institucional|nossa[-_]?historia|privacidade|privacy|termos|terms|politica|lgpd/i
const articleType = /^(?:News|Blog|Reportage|Analysis|Opinion)?(?:Article|Posting)$/

const policyPath = /privacidade|privacy|termos|terms|politica|policy|lgpd|cookies|condicoes/i

/** Whether a page holds terms or a policy, such as are copied from one site to the next with all that stands in them. */
export const isPolicy = ({ url }: SitePage): boolean => policyPath.test(URL.parse(url)?.pathname ?? '')

/** Whether a page is where a site says whose it is: its first page, contact, about, privacy, terms; never an article. */
export const saysWhose = (page: SitePage, first: SitePage | undefined): boolean =>
  !isArticle(page) && (page === first || whoPath.test(URL.parse(page.url)?.pathname ?? ''))

/** A news item or a blog post: what it names is its subject. */
export function isArticle({ url, page }: SitePage): boolean {
  const isHome = (URL.parse(url)?.pathname ?? '/') === '/'
  if (isHome) return false
  if (page.metadata['og:type'] === 'article' && page.metadata['article:published_time']) return true
  return organizationNodes(page.jsonLd).some(({ types }) => types.some((type) => articleType.test(type)))
}

export type JsonLdNode = { types: string[]; node: Record<string, unknown> }

/** The nodes that a page's JSON-LD states by themselves, not as another's part or partner. */
export function organizationNodes(jsonLd: readonly unknown[]): JsonLdNode[] {
  return jsonLd.flatMap((value): JsonLdNode[] => {
    if (Array.isArray(value)) return organizationNodes(value)
    if (typeof value !== 'object' || value === null) return []
    const node = value as Record<string, unknown>
    const graph = Array.isArray(node['@graph']) ? organizationNodes(node['@graph']) : []
    return [{ types: [node['@type']].flat().filter((type) => typeof type === 'string'), node }, ...graph]
  })
}

/** The first line of a text that fits, as a quote: at most 160 characters. */
export function quotedLine(text: string, fits: (line: string) => boolean): string | undefined {
  const line = text.split('\n').find((each) => each.length <= 2_000 && fits(each))
  return line === undefined ? undefined : quoted(line)
}

export const quoted = (text: string): string => text.replace(/^#+ /, '').trim().slice(0, 160).toWellFormed()

/** A site that was entered at an inner page is judged by its first page, if that was read too. */
export function homeFirst(pages: readonly SitePage[]): SitePage[] {
  const home = pages.find(({ url }) => URL.parse(url)?.pathname === '/')
  return home ? [home, ...pages.filter((page) => page !== home)] : [...pages]
}

/** What a title or a heading says, it says in so many characters: to compare longer ones costs seconds. */
const longestHead = 300

/** A title or a heading as far as it is looked at. */
export const cutHead = (text: string): string => text.slice(0, longestHead).toWellFormed()

/** The headings of the highest level on a page, as far as they are looked at. */
export const headingsOf = ({ text }: SitePage): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('# '))
    .map((line) => cutHead(line.slice(2)))
