import { cnpjRoot, formatCnpj } from '../../../cnpj/number.ts'
import type { Company } from '../company.ts'
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
  /** It prints the company's number as a customer's. */
  isCustomers: boolean
}

/** What the numbers that a site prints say of whose it is. */
export function numberEvidence({ cnpj }: Company, roots: readonly PrintedRoot[], names: NameEvidence): NumberEvidence {
  const target = cnpj ? roots.find(({ root }) => root === cnpjRoot(cnpj)) : undefined
  const others = cnpj ? roots.filter((each) => each !== target && each.role === 'own') : []
  const evidence: Evidence[] = []
  const addOther = (other: PrintedRoot) => {
    const { value, url, quote } = other.places[0]!
    evidence.push({ kind: 'otherCnpj', what: `O site traz o CNPJ ${formatCnpj(value)}, de outra empresa`, url, quote })
  }
  if (!cnpj || !target) {
    if (others[0]) addOther(others[0])
    return { evidence, target, proof: null, isOthers: others.length > 0, isCustomers: false }
  }

  const exact = target.places.find(({ value }) => value === cnpj)
  const { value, url, quote } = exact ?? target.places[0]!
  const isNamed = names.isTelling || names.inDomain === 'telling' || (names.isOnPages && names.inDomain !== null)
  const rival = others.find(({ pageCount }) => pageCount >= target.pageCount)
  const isSubordinate = others.some(({ pageCount }) => pageCount > target.pageCount)
  if (
    target.role === 'others' ||
    isSubordinate ||
    (target.role === 'inside' && others.length > 0) ||
    (rival && !isNamed)
  ) {
    const what = `O CNPJ ${formatCnpj(value)} está no site de outra empresa, como o de um cliente ou parceiro`
    evidence.push({ kind: 'cnpjOfACustomer', what, url, quote })
    if (others[0]) addOther(others[0])
    return { evidence, target, proof: null, isOthers: true, isCustomers: true }
  }
  const kind = target.role === 'inside' ? 'cnpjInside' : exact ? 'cnpj' : 'sameRoot'
  const what = exact
    ? `O site traz o CNPJ ${formatCnpj(value)}`
    : `O site traz o CNPJ ${formatCnpj(value)}, da mesma empresa (mesma raiz)`
  evidence.push({ kind, what, url, quote })
  const isClaimed = target.role === 'own' || isNamed
  return { evidence, target, proof: isClaimed ? (exact ? 'cnpj' : 'root') : null, isOthers: false, isCustomers: false }
}
