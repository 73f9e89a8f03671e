import { siteFacts } from '../../../extract/site-facts.ts'
import type { Candidate } from '../candidates.ts'
import type { Company } from '../company.ts'
import { contactEvidence, placeEvidence } from './contact-evidence.ts'
import type { Evidence } from './evidence-points.ts'
import { type NameEvidence, nameEvidence } from './name-evidence.ts'
import { type NumberEvidence, numberEvidence } from './number-evidence.ts'
import { type Placeholder, placeholderOf } from './parked.ts'
import { printedRoots } from './printed-cnpjs.ts'
import { homeFirst, type SitePage } from './site-pages.ts'
import { accountantsMark, franchiseMark, type SomebodyElses, somebodyElses } from './somebody-elses-site.ts'

/** What a site says for and against being the company's, before it is weighed. */
export type Gathered = {
  /** Every piece once; what is told apart below is among it. */
  evidence: Evidence[]
  numbers: Pick<NumberEvidence, 'proof' | 'isOthers'>
  names: Omit<NameEvidence, 'evidence'>
  place: { isInTown: boolean; isElsewhere: boolean }
  somebody: SomebodyElses | null
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
  { pages: read, homeUrl }: { pages: readonly SitePage[]; homeUrl: string },
): Gathered | { placeholder: Placeholder } {
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
  const numbers = numberEvidence(company, roots, names)
  const place = placeEvidence(company, pages, facts)
  const isOurs = numbers.proof !== null
  const evidence = [
    ...numbers.evidence,
    ...names.evidence,
    ...contactEvidence(company, facts, homeUrl, origin === 'email_domain'),
    // A branch's head office is elsewhere.
    ...place.evidence.filter(() => !isOurs || !place.isElsewhere),
  ]
  if (!isOurs) {
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
  }
  if (origin === 'given') {
    evidence.push({ kind: 'given', what: 'O site foi informado na requisição', url: homeUrl, quote: host })
  }
  const somebody = somebodyElses(company, pages, homeUrl, {
    roots,
    target: numbers.target,
    isPlainlyOwn: numbers.target?.role === 'own' && names.inDomain === 'telling',
    isNamed: names.isTelling || names.inDomain === 'telling',
  })
  // A page on a shared host may be all that the company has: it is weighed like a site, and told apart by its nature.
  if (somebody && somebody.nature !== 'shared_page') {
    evidence.push({ kind: 'somebodyElses', what: somebody.why, url: somebody.url, quote: somebody.quote })
  }
  const hasIdentity = company.cnpj !== null || company.names.length > 0
  return { evidence, numbers, names, place, somebody, origin, hasIdentity }
}
