import { siteFacts } from '../../../extract/site-facts.ts'
import type { Candidate } from '../candidates.ts'
import type { Company } from '../company.ts'
import { statementOf } from './claimed-number.ts'
import { contactEvidence, isAtHomeElsewhere, isAtItsMail, placeEvidence } from './contact-evidence.ts'
import type { Evidence, EvidenceKind } from './evidence-points.ts'
import { foreignMark } from './foreign.ts'
import { type NameEvidence, nameEvidence } from './name-evidence.ts'
import { networkMark } from './network.ts'
import { type NumberEvidence, numberEvidence } from './number-evidence.ts'
import { otherContacts } from './other-contacts.ts'
import { type Placeholder, placeholderOf } from './parked.ts'
import { printedRoots } from './printed-cnpjs.ts'
import { cutHead, homeFirst, isPolicy, quoted, type SitePage } from './site-pages.ts'
import { accountantsMark, franchiseMark, type SomebodyElses, somebodyElses } from './somebody-elses-site.ts'
import { takenOverMark } from './taken-over.ts'
import { tenancyOf } from './tenant.ts'

/** What shows that a number that stands by itself is the site's own. */
const supporting: readonly EvidenceKind[] = ['phone', 'email', 'emailDomain', 'street', 'postalCode']

/** What a site says for and against being the company's, before it is weighed. */
export type Gathered = {
  /** Every piece once; what is told apart below is among it. */
  evidence: Evidence[]
  numbers: Pick<NumberEvidence, 'proof' | 'isOthers' | 'isUnclaimed'>
  names: Omit<NameEvidence, 'evidence'>
  place: { isInTown: boolean; isElsewhere: boolean }
  somebody: SomebodyElses | null
  /** It stands on a subdomain of somebody else's. */
  isTenant: boolean
  /** The registry's e-mail is at the site's domain. */
  isAtItsMail: boolean
  /** The registry's e-mail is at a domain with the company's name, and this is another. */
  isAtHomeElsewhere: boolean
  origin: Candidate['origin']
  /** There is something to compare a site with: a number or a name. */
  hasIdentity: boolean
}

/**
 * All that a site's pages say of whose it is, or, where there is no site, what stands in its place. Pages that check for
 * robots or say nothing are left out.
 */
export function gatherEvidence(
  company: Company,
  origin: Candidate['origin'],
  { pages: given, homeUrl }: { pages: readonly SitePage[]; homeUrl: string },
): Gathered | { placeholder: Placeholder } {
  const read = given.map(withCutHeads)
  const placeholders = read.map(placeholderOf)
  const pages = homeFirst(read.filter((_, index) => placeholders[index] === null))
  const placeholder = placeholders[0] ?? null
  // What stands behind a for-sale or a default page is left over. Behind a check for robots or an intro the site goes on.
  if (placeholder && (placeholder.nature === 'for_sale' || placeholder.nature === 'parked')) return { placeholder }
  if (pages.length === 0) {
    return { placeholder: placeholder ?? { nature: 'empty', why: 'O site não traz texto', quote: '' } }
  }

  const host = new URL(homeUrl).hostname
  const facts = siteFacts(pages.map(({ url, facts }) => ({ url, facts })))
  const names = nameEvidence(company, pages, homeUrl)
  const roots = printedRoots(pages, company.cnpj)
  const place = placeEvidence(company, pages, facts)
  const contacts = contactEvidence(company, facts, pages, homeUrl)
  const others = otherContacts(company, facts, contacts)
  const policies = new Set(pages.filter(isPolicy).map(({ url }) => url))
  const isElsewhere = names.inDomain === null && isAtHomeElsewhere(company, homeUrl)
  const numbers = numberEvidence(company, roots, {
    names,
    statement: (target) => statementOf(target, company, pages, homeUrl),
    isSupported: place.isInTown || contacts.some(({ kind }) => supporting.includes(kind)),
    isOnEveryPage: ({ pageCount }) => pageCount >= 2 && pageCount === pages.length,
    isAtHomeElsewhere: isElsewhere,
    isInPoliciesAlone: ({ places }) => places.every(({ url }) => policies.has(url)),
    isReached: contacts.some(({ kind }) => supporting.includes(kind)),
    isContradicted: place.isElsewhere || others.length > 0,
  })
  const isOurs = numbers.proof !== null
  const evidence = [
    ...numbers.evidence,
    ...names.evidence,
    ...contacts,
    // A branch's head office is elsewhere.
    ...place.evidence.filter(() => !isOurs || !place.isElsewhere),
  ]
  const takenOver = takenOverMark(company, pages)
  const otherSubject = 'O site trata de outra coisa, como quem comprou o domínio'
  if (takenOver) evidence.push({ kind: 'takenOver', what: otherSubject, ...takenOver })
  if (!isOurs) {
    evidence.push(...others)
    if (names.isAnothers) {
      const what = 'O nome no site vem com outras palavras, como o de uma vizinha ou de uma empresa irmã'
      evidence.push({ kind: 'otherTrade', what, url: pages[0]!.url, quote: quoted(pages[0]!.title ?? host) })
    }
    if (!names.isAnothers && names.otherTrade !== undefined) {
      const what = 'O site é de outro ramo'
      evidence.push({ kind: 'otherTrade', what, url: pages[0]!.url, quote: quoted(names.otherTrade) })
    }
    const isReached = evidence.some(({ kind }) => kind === 'phone' || kind === 'email' || kind === 'street')
    if (names.inDomain && !names.isOnPages && !isReached) {
      const what = 'Fora do domínio, nada no site traz o nome da empresa'
      evidence.push({ kind: 'domainAlone', what, url: homeUrl, quote: pages[0]!.title ?? host })
    }
    const accountants = accountantsMark(company, pages, homeUrl)
    const what = 'O site é de um escritório de contabilidade'
    if (accountants) evidence.push({ kind: 'accountant', what, ...accountants })
    const franchise = franchiseMark(pages)
    if (franchise) evidence.push({ kind: 'franchise', what: 'O site é de uma rede de franquias', ...franchise })
    const network = networkMark(company, pages, facts, {
      bearsLegalName: names.bearsLegalName,
      isInTown: place.isInTown,
      isReached: contacts.some(({ kind }) => kind !== 'emailDomain'),
    })
    const ofMany = 'Muitos usam o nome deste site, como lojas, cooperativas ou concessionárias de uma rede'
    if (network) evidence.push({ kind: 'network', what: ofMany, ...network })
    const foreign = foreignMark(pages, facts, homeUrl)
    if (foreign) evidence.push({ kind: 'foreign', what: 'O site é de uma empresa de outro país', ...foreign })
  }
  if (origin === 'given') {
    evidence.push({ kind: 'given', what: 'O site foi informado na requisição', url: homeUrl, quote: host })
  }
  const tenancy = tenancyOf(company, homeUrl)
  const somebody = somebodyElses(company, pages, homeUrl, {
    roots,
    target: numbers.target,
    isPlainlyOwn: numbers.target?.role === 'own' && names.inDomain === 'telling',
    isNamed: names.isTelling || names.inDomain === 'telling',
    isAtALandlords: tenancy === 'landlord',
  })
  // A page on a shared host may be all that the company has: it is weighed like a site, and told apart by its nature.
  if (somebody && somebody.nature !== 'shared_page') {
    evidence.push({ kind: 'somebodyElses', what: somebody.why, url: somebody.url, quote: somebody.quote })
  }
  const hasIdentity = company.cnpj !== null || company.names.length > 0
  return {
    evidence,
    numbers,
    names,
    place,
    somebody,
    isTenant: tenancy !== null,
    isAtItsMail: isAtItsMail(company, homeUrl),
    isAtHomeElsewhere: isElsewhere,
    origin,
    hasIdentity,
  }
}

/** A page with its title and name as far as they are looked at. */
const withCutHeads = (each: SitePage): SitePage => ({
  ...each,
  title: each.title === null ? null : cutHead(each.title),
  page: { ...each.page, siteName: each.page.siteName === null ? null : cutHead(each.page.siteName) },
})
