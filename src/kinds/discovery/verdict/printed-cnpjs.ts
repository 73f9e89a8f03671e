import { cnpjRoot } from '../../../cnpj/number.ts'
import type { Fact } from '../../../extract/extract-facts.ts'
import { siteFacts } from '../../../extract/site-facts.ts'
import { organizationNodes, type SitePage, saysWhose } from './site-pages.ts'

/** What the numbers of one root (a company with all its branches) are to a site that prints them. */
export type PrintedRoot = {
  root: string
  /** The places that count, the best first. */
  places: Fact[]
  /** How many pages print it. */
  pageCount: number
  /**
   * `own`: where the site says whose it is, or on most pages. `inside`: on an inner page. `others`: as a customer's, a
   * partner's or a member's.
   */
  role: 'own' | 'inside' | 'others'
}

const othersWords =
  /clientes?\b|parceir|fornecedor|associad|filiad|membro|patrocin|apoiador|apoio|atendemos|cases?\b|portf[oó]lio|credenciad|conveniad|pagamento|hospedag|licitante|contratante/i
/** What such a list is called, and nothing else. */
const listHead =
  /^[#\s]*(?:noss[ao]s |alguns |lista de )*(?:clientes|parceir[ao]s|associad[ao]s|filiad[ao]s|membros|fornecedores|credenciad[ao]s|conveniad[ao]s|patrocinadores|apoiadores|portf[oó]lio|cases|trabalhos)(?![\p{L}])[^\n]{0,60}$/iu
/** "Imóvel de propriedade de X"; "reservas na plataforma operada por X", unless it is this platform. */
const othersThings =
  /(?:im[oó]vel|terreno|galp[aã]o|produtos?|marca) de (?:propriedade|titularidade) d|(?<!(?:est|ess|noss)[aeo] )(?:plataforma|aplicativo|app),? (?:\p{L}+ e )?(?:operad|mantid|desenvolvid)[oa]/iu
/**
 * Whom half the country's shops name in their terms, for payments, parcels, hosting and advertisements: Mercado Pago,
 * Mercado Livre, PagSeguro, PayPal, Cielo, Rede, Stone, Correios, Locaweb, Google, Facebook.
 */
const intermediaries = new Set(
  '10573521 03007331 08561701 10878448 01027058 01425787 16501555 34028316 02351877 06990590 13347016'.split(' '),
)
/** A list's heading stands so near at most. */
const headingReach = 1_500
// What a node of JSON-LD has to do with, and is not.
const relations = new Set(
  `sponsor member memberOf partner funder provider seller offers brand manufacturer parentOrganization subOrganization
  department customer client affiliation knows acquiredFrom serviceOperator about owns recipient accountablePerson broker
  isRelatedTo isPartOf colleague competitor`.split(/\s+/),
)

/** The roots of the CNPJs that a site prints, and what each is to it: those it claims as its own first. */
export function printedRoots(pages: readonly SitePage[], cnpj: string | null): PrintedRoot[] {
  const facts = siteFacts(pages.map(({ url, facts }) => ({ url, facts }))).cnpjs
  const pageOf = new Map(pages.map((page) => [page.url, page]))
  const byRoot = new Map<string, { places: Fact[]; isElsewhere: boolean }>()
  for (const { value, places, isElsewhere } of facts) {
    const root = cnpjRoot(value)
    if (intermediaries.has(root) && root !== cnpj?.slice(0, root.length)) continue
    const known = byRoot.get(root)
    byRoot.set(root, {
      places: [...(known?.places ?? []), ...places],
      isElsewhere: isElsewhere && (known?.isElsewhere ?? true),
    })
  }
  return [...byRoot]
    .map(([root, { places, isElsewhere }]): PrintedRoot => {
      const own = places.filter((place) => !isOthers(place, pageOf.get(place.url)!))
      const counted = isElsewhere || own.length === 0 ? places : own
      const pageCount = new Set(counted.map(({ url }) => url)).size
      if (counted !== own) return { root, places, pageCount, role: 'others' }
      const onFront = own.filter(({ url }) => saysWhose(pageOf.get(url)!, pages[0]))
      const isOwn = onFront.length > 0 || (pageCount >= 2 && pageCount * 2 >= pages.length)
      const best = [...onFront, ...own.filter((place) => !onFront.includes(place))]
      return { root, places: best, pageCount, role: isOwn ? 'own' : 'inside' }
    })
    .sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role) || b.pageCount - a.pageCount)
}

const roles: readonly PrintedRoot['role'][] = ['own', 'inside', 'others']

/** Whether a number stands in a list of others: an item or a row below a heading that says so, or beside such a word. */
function isOthers({ at, source, value }: Fact, { text, page }: SitePage): boolean {
  if (source === 'json_ld') return !topLevelNumbers(page.jsonLd).includes(value)
  if (at === undefined) return false
  const lineStart = text.lastIndexOf('\n', at) + 1
  const lineEnd = text.indexOf('\n', at)
  const line = text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd)
  if (/©|copyright|direitos reservados/i.test(line)) return false
  const before = text.slice(Math.max(0, lineStart - headingReach), lineStart)
  const heading = before.slice(before.lastIndexOf('\n#') + 1).split('\n', 1)[0]!
  const isListed = /^- | \| /.test(line) || /^#/.test(line)
  if (isListed && /^#/.test(heading) && othersWords.test(heading)) return true
  // "Cliente: Padaria X, CNPJ …"; "atendemos clientes em todo o país" is said far from a number.
  return (
    othersWords.test(text.slice(Math.max(lineStart, at - 60), at)) ||
    othersThings.test(text.slice(Math.max(lineStart, at - 120), at))
  )
}

/** Whether what a page states stands in a list of clients, partners or members: its heading, or its page's title, says so. */
export function isAmongOthers({ at, source }: Fact, { text, title }: SitePage): boolean {
  if (source !== 'text' || at === undefined) return false
  const before = text.slice(Math.max(0, at - headingReach), at)
  const headingStart = before.lastIndexOf('\n#') + 1
  const heading = headingStart > 0 || before.startsWith('#') ? before.slice(headingStart).split('\n', 1)[0]! : ''
  return listHead.test(heading) || (heading === '' && listHead.test(title ?? ''))
}

/** The strings of a page's JSON-LD that are not said of a partner, a member and the like, without their punctuation. */
function topLevelNumbers(jsonLd: readonly unknown[]): string[] {
  const found: string[] = []
  const visit = (value: unknown, depth: number): void => {
    if (depth > 6 || found.length > 500) return
    if (typeof value === 'string' || typeof value === 'number') {
      const written = String(value).toUpperCase()
      for (const [match] of written.matchAll(/[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}\/?[0-9A-Z]{4}-?\d{2}/g))
        found.push(match.replace(/[./-]/g, ''))
    } else if (Array.isArray(value)) for (const each of value) visit(each, depth + 1)
    else if (typeof value === 'object' && value !== null)
      for (const [key, each] of Object.entries(value))
        if (!relations.has(key) && key !== '@graph') visit(each, depth + 1)
  }
  for (const { node } of organizationNodes(jsonLd)) visit(node, 0)
  return found
}
