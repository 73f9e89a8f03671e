import { siteKey } from '../../site/page-key.ts'
import type { Proof, Verdict } from './verdict/verify.ts'

export type Decision<T> = { status: 'found'; chosen: T } | { status: 'ambiguous'; between: T[] } | { status: 'none' }

/** Two whose proofs are of one kind and whose scores are closer than this cannot be told apart. */
const clearLead = 25
/** Of sites that may be it, those that are so far behind the best are not worth a second look. */
const worthALook = 30

// The number is the company's own and nobody else's: what only resembles it gives way.
const rank: Record<Proof, number> = { cnpj: 4, root: 3, contact: 2, given: 1, name: 1 }

/**
 * Which of the sites that were looked at is the company's. Pure. The one that prints its CNPJ goes before one that
 * prints a branch's, and that before any other proof; of several that print the very number the
 * one is taken whose domain a stranger could least have taken, and then the best scored. A number at such a domain does
 * not outdo another proof at a better one: shops are cloned with their number, and then it is ambiguous. Otherwise a proven site is taken if it leads by 25 points, and is ambiguous if it does not.
 * With none proven, those that may be it are `ambiguous`, also a single one: somebody else has to judge. Only sites of
 * the nature `own` come into it, and none that is impossible. Ties go to the one that was looked at first.
 */
export function decide<T extends { verdict: Verdict; url: string }>(looked: readonly T[]): Decision<T> {
  const inQuestion = oncePerSite(looked.filter(({ verdict }) => verdict.nature === 'own' && !verdict.isImpossible))
  const proven = inQuestion.filter(({ verdict }) => verdict.standing === 'proven')
  const best = proven[0]
  if (!best) {
    const possible = inQuestion.filter(({ verdict }) => verdict.standing === 'possible')
    const between = possible.filter(({ verdict }) => verdict.score > possible[0]!.verdict.score - worthALook)
    return between.length > 0 ? { status: 'ambiguous', between } : { status: 'none' }
  }
  const rivals = proven.filter(
    ({ verdict }) => rankOf(verdict) === rankOf(best.verdict) && verdict.score > best.verdict.score - clearLead,
  )
  const likelier = proven.filter(({ verdict }) => standsOf(verdict) > standsOf(best.verdict))
  // Who copies a shop copies its number, too.
  if (likelier.length > 0) return { status: 'ambiguous', between: [best, ...likelier] }
  return rivals.length === 1 || best.verdict.proof === 'cnpj'
    ? { status: 'found', chosen: best }
    : { status: 'ambiguous', between: rivals }
}

/** How little a stranger could have taken the domain: the registry's e-mail is at it, it has the name, it has neither. */
const standsOf = ({ domain }: Verdict): number => (domain === 'registry' ? 2 : domain === 'name' ? 1 : 0)
const rankOf = ({ proof }: Verdict): number => (proof ? rank[proof] : 0)

/** The best first, and of a site that came up twice the better reading. */
function oncePerSite<T extends { verdict: Verdict; url: string }>(looked: readonly T[]): T[] {
  const sites = new Set<string>()
  return [...looked]
    .sort(
      (a, b) =>
        rankOf(b.verdict) - rankOf(a.verdict) ||
        (a.verdict.proof ? standsOf(b.verdict) - standsOf(a.verdict) : 0) ||
        b.verdict.score - a.verdict.score,
    )
    .filter(({ url }) => {
      const key = siteKey(url)
      return !sites.has(key) && sites.add(key)
    })
}
