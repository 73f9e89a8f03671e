import { cnpjRoot, formatCnpj } from '../../../cnpj/number.ts'
import type { Company } from '../company.ts'
import type { Statement } from './claimed-number.ts'
import type { Evidence } from './evidence-points.ts'
import type { NameEvidence } from './name-evidence.ts'
import type { PrintedRoot } from './printed-cnpjs.ts'

export type NumberEvidence = {
  evidence: Evidence[]
  target: PrintedRoot | undefined
  /** What its number proves, where the site claims it. */
  proof: 'cnpj' | 'root' | null
  /** The site says that it is another company's. */
  isOthers: boolean
  /** It prints the company's number, and nothing there says that it is the site's own. */
  isUnclaimed: boolean
  /** It prints the company's number as a customer's. */
  isCustomers: boolean
}

/** What stands around a number, and what else the site has of the company. */
export type NumberContext = {
  names: NameEvidence
  statement(target: PrintedRoot): Statement
  /** A way to reach the company, or its town. */
  isSupported: boolean
  isOnEveryPage(target: PrintedRoot): boolean
  /** The registry's e-mail is at a domain with the company's name, and this is another. */
  isAtHomeElsewhere: boolean
  /** It stands in terms and policies, and nowhere else. */
  isInPoliciesAlone(target: PrintedRoot): boolean
  /** A way to reach the company that the registry has, too. */
  isReached: boolean
  /** The site is somewhere else than the company, or is reached otherwise. */
  isContradicted: boolean
}

/** What the numbers that a site prints say of whose it is. */
export function numberEvidence(
  { cnpj }: Company,
  roots: readonly PrintedRoot[],
  context: NumberContext,
): NumberEvidence {
  const { names } = context
  const target = cnpj ? roots.find(({ root }) => root === cnpjRoot(cnpj)) : undefined
  const others = cnpj ? roots.filter((each) => each !== target && each.role === 'own') : []
  const evidence: Evidence[] = []
  const addOther = (other: PrintedRoot) => {
    const { value, url, quote } = other.places[0]!
    evidence.push({ kind: 'otherCnpj', what: `O site traz o CNPJ ${formatCnpj(value)}, de outra empresa`, url, quote })
  }
  if (!cnpj || !target) {
    if (others[0]) addOther(others[0])
    return { evidence, target, proof: null, isOthers: others.length > 0, isUnclaimed: false, isCustomers: false }
  }

  const exact = target.places.find(({ value }) => value === cnpj)
  const { value, url, quote } = exact ?? target.places[0]!
  const isNamed = names.isTelling || names.inDomain === 'telling' || (names.isOnPages && names.inDomain !== null)
  const rival = others.find(({ pageCount }) => pageCount >= target.pageCount)
  const isSubordinate = others.some(({ pageCount }) => pageCount > target.pageCount)
  const isSister =
    (names.isAnothers === 'trade' || (others.length > 0 && (!names.isWholeInDomain || names.isAnothers !== null))) &&
    names.inDomain !== null
  // Policies are copied with the number in them, and name whoever keeps the data.
  const isCopied = target.role === 'own' && !isBorne(names) && context.isInPoliciesAlone(target)
  const isAnothers =
    target.role === 'others' ||
    isSubordinate ||
    (target.role === 'inside' && others.length > 0) ||
    (rival !== undefined && !isNamed) ||
    (isSister && context.statement(target) === 'worded') ||
    (isCopied && context.isContradicted && !context.isReached)
  if (isAnothers) {
    const what = `O CNPJ ${formatCnpj(value)} está no site de outra empresa, como o de um cliente ou parceiro`
    evidence.push({ kind: 'cnpjOfACustomer', what, url, quote })
    if (others[0]) addOther(others[0])
    return { evidence, target, proof: null, isOthers: true, isUnclaimed: false, isCustomers: true }
  }
  const isAnothersSite = others.length > 0 && !isBorne(names)
  const isClaimed =
    !context.isAtHomeElsewhere &&
    !isAnothersSite &&
    (!isCopied || context.isReached || (!context.isContradicted && context.statement(target) === 'run_by')) &&
    !(isSister && others.length > 0 && names.isAnothers === 'trade') &&
    (target.role === 'own' ? claims(target, context, { isSister }) : isNamed && isBorne(names))
  const isMention = target.role === 'own' && !isClaimed
  const kind = isMention ? 'cnpjMention' : target.role === 'inside' ? 'cnpjInside' : exact ? 'cnpj' : 'sameRoot'
  const number = formatCnpj(value)
  const what = isMention
    ? `O site traz o CNPJ ${number}, sem dizer que é o seu`
    : `O site traz o CNPJ ${number}${exact ? '' : ', da mesma empresa (mesma raiz)'}`
  evidence.push({ kind, what, url, quote })
  const proof = isClaimed ? (exact ? 'cnpj' : 'root') : null
  return { evidence, target, proof, isOthers: false, isUnclaimed: !isClaimed, isCustomers: false }
}

const isBorne = ({ isHeaded, inDomain }: NameEvidence): boolean => isHeaded || inDomain !== null

/** Whether a number is the site's own: it says so, its domain has the name, or what else is there is the company's. */
function claims(
  target: PrintedRoot,
  { names, statement, isSupported, isOnEveryPage }: NumberContext,
  { isSister }: { isSister: boolean },
): boolean {
  if (names.inDomain !== null && !isSister) return true
  const said = statement(target)
  if (said === 'claimed' || said === 'run_by') return true
  if (said === 'worded') return names.isHeaded && isSupported
  return names.isHeaded || isSupported || isOnEveryPage(target)
}
