import type { SiteReading } from '../../../site/read-site.ts'
import type { Candidate } from '../candidates.ts'
import type { Company } from '../company.ts'
import { type EvidenceKind, type EvidencePoints, evidencePoints } from './evidence-points.ts'
import { type Gathered, gatherEvidence } from './gather-evidence.ts'
import type { Placeholder } from './parked.ts'
import type { SitePage } from './site-pages.ts'

/** Why a site is, or is not, the company's: for people, in Portuguese, with the place where it stands. */
export type Reason = { points: number; what: string; url: string; quote: string }
/** What a site is. Only an `own` one is anybody's website. */
export type SiteNature =
  | 'own'
  | 'shared_page'
  | 'directory'
  | 'marketplace_page'
  | 'parked'
  | 'for_sale'
  | 'challenge'
  | 'empty'
/**
 * What a proof rests on, the surest first: its number, its head office's or a branch's, the name with a way to reach it,
 * the full name with its domain and town, or that the caller said so and the site agrees.
 */
export type Proof = 'cnpj' | 'root' | 'contact' | 'name' | 'given'
export type Verdict = {
  standing: 'proven' | 'possible' | 'rejected'
  nature: SiteNature
  /** One sentence, in Portuguese. */
  why: string
  score: number
  /** 0 to 1, computed from the score. */
  confidence: number
  reasons: Reason[]
  /** Nothing, no LLM either, may choose it. */
  isImpossible: boolean
  /** Null unless it is proven. */
  proof: Proof | null
  /** What the domain itself has of the company: the registry's e-mail is at it, or it has the name. */
  domain?: 'registry' | 'name' | null
}

const leastProven = 45
const leastPossible = 25
/** At so many points it is two thirds sure. */
const confidenceScale = 50
const hardContacts: readonly EvidenceKind[] = ['phone', 'email', 'emailDomain', 'street', 'postalCode']
/** What a namesake next door would show, and a company that moved too. */
const doubts: readonly EvidenceKind[] = ['otherStreet', 'otherPhone', 'otherTrade']
/** What every business of the town has in common with the company that it was said to be. */
const unsupporting: readonly EvidenceKind[] = [
  'given',
  'city',
  'cityMention',
  'postalCode',
  'townPostalCode',
  ...doubts,
]
const hopeless: readonly EvidenceKind[] = [
  'somebodyElses',
  'takenOver',
  'accountant',
  'cnpjOfACustomer',
  'franchise',
  'foreign',
]

/**
 * Judges what was read of a site against what is known of the company. Pure: the same pages give the same verdict, and
 * every point is a reason with its quote.
 *
 * It takes points and one of these proofs to be the company's: its number (or that of its root) where the site says
 * whose it is, and that it is its own; its name, not with another trade or behind more words, with a telephone, e-mail
 * address or street address of the registry's; a full name that hardly another company has, in the domain too, in the
 * right town, with no other street or telephone than the registry's. A site that the caller named needs one thing that
 * agrees, more than the town, and no doubt but a changed street or telephone. Another company's number, another town,
 * another country, a network's or somebody else's kind of site stand against all but the number itself.
 */
export function verify(
  company: Company,
  origin: Candidate['origin'],
  { pages, homeUrl }: { pages: readonly SitePage[]; homeUrl: SiteReading['homeUrl'] },
): Verdict {
  const gathered = gatherEvidence(company, origin, { pages, homeUrl })
  return 'placeholder' in gathered ? noSite(gathered.placeholder, homeUrl) : weigh(gathered)
}

/** The verdict on what a site says; the points can be others, to see what hangs on them. */
export function weigh(gathered: Gathered, points: EvidencePoints = evidencePoints): Verdict {
  const { evidence, numbers, names, place, somebody } = gathered
  const reasons = evidence.map(({ kind, what, url, quote }) => ({ points: points[kind], what, url, quote }))
  const score = reasons.reduce((sum, reason) => sum + reason.points, 0)
  const has = (kinds: readonly EvidenceKind[]) => evidence.some(({ kind }) => kinds.includes(kind))
  const isHopeless = has(hopeless)
  const proof = isHopeless ? null : proofIn(gathered, score)
  const agrees = has(['phone', 'email', 'street', 'cnpjMention']) || (names.isSpecific && !place.isElsewhere)
  const standing = proof ? 'proven' : !isHopeless && agrees && score >= leastPossible ? 'possible' : 'rejected'
  return {
    standing,
    nature: somebody?.nature ?? 'own',
    why: somebody ? `${somebody.why}.` : whyOf(standing, proof, reasons),
    score,
    confidence: Math.round(100 * (1 - Math.exp(-Math.max(0, score) / confidenceScale))) / 100,
    reasons,
    isImpossible: standing === 'rejected' && (isHopeless || numbers.isOthers),
    proof,
    domain: gathered.isAtItsMail ? 'registry' : names.inDomain ? 'name' : null,
  }
}

function proofIn(gathered: Gathered, score: number): Proof | null {
  const { evidence, numbers, names, place, origin, hasIdentity } = gathered
  const has = (kinds: readonly EvidenceKind[]) => evidence.some(({ kind }) => kinds.includes(kind))
  const isContradicted = evidence.some(({ kind }) => evidencePoints[kind] < 0 && !doubts.includes(kind))
  if (score >= leastProven && !numbers.isOthers) {
    if (numbers.proof) return numbers.proof
    if (isReached(gathered)) return 'contact'
    const isName = origin !== 'guessed' && names.isFull && names.inDomain === 'telling' && place.isInTown
    // Name and domain are one thing, and a namesake in the same town has both.
    if (isName && !isContradicted && !has(doubts) && !gathered.isTenant) return 'name'
  }
  const isSupported = !hasIdentity || evidence.some(({ kind }) => !unsupporting.includes(kind))
  // Its street or telephone may have changed, if all of the name is there. Not both, and not what it does.
  const unlike = evidence.filter(({ kind }) => doubts.includes(kind))
  const isPlain = names.isHeaded && names.isWholeInDomain && !has(['otherTrade']) && unlike.length === 1
  const isDoubted = unlike.length > 0 && !isPlain && !has(hardContacts)
  return origin === 'given' && !isContradicted && !isDoubted && isSupported ? 'given' : null
}

/** Whether the site has the company's name and a way to reach it, and is not a neighbour's or a sister company's. */
function isReached({ evidence, numbers, names, place, isTenant, isAtHomeElsewhere }: Gathered): boolean {
  const has = (kinds: readonly EvidenceKind[]) => evidence.some(({ kind }) => kinds.includes(kind))
  if (isAtHomeElsewhere || has(['network'])) return false
  // Tenants of a shopping centre and customers of a provider have their mail there, and may be in its headings.
  const isAtIts = has(['email']) || (has(['emailDomain']) && (names.inDomain !== null || names.isTitled))
  if (isAtIts && !isTenant && (names.isTelling || (names.isSpecific && !place.isElsewhere))) return true
  if (isTenant || names.isAnothers === 'trade') return false
  // Beside another's number, as beside a maker's or a processor's, stand its name and telephone too.
  if (numbers.isUnclaimed && !names.isHeaded && names.inDomain === null) return false
  // A building has many tenants: the address alone does not tell one from another of nearly the same name.
  const own = hardContacts.filter((kind) => kind !== 'emailDomain' || isAtIts)
  const contacts = names.isAnothers === 'longer' ? own.filter((kind) => !isAddress(kind)) : own
  if (names.isTelling) return has(contacts)
  return names.isSpecific && !place.isElsewhere && has(contacts.filter((kind) => kind !== 'postalCode'))
}

const isAddress = (kind: EvidenceKind): boolean => kind === 'street' || kind === 'postalCode'

function noSite({ nature, why, quote }: Placeholder, homeUrl: string): Verdict {
  const reasons = [{ points: 0, what: why, url: homeUrl, quote }]
  const nothing = { score: 0, confidence: 0, proof: null, isImpossible: true }
  return { standing: 'rejected', nature, why: `${why}.`, reasons, ...nothing }
}

const proofs: Record<Proof, string> = {
  cnpj: 'O site traz o CNPJ da empresa',
  root: 'O site traz o CNPJ da matriz ou de uma filial da empresa',
  contact: 'O site tem o nome da empresa e um contato do cadastro na Receita',
  name: 'O site e o domínio têm o nome completo da empresa, na cidade dela',
  given: 'O site foi informado na requisição, e nada nele diz o contrário',
}

function whyOf(standing: Verdict['standing'], proof: Proof | null, reasons: readonly Reason[]): string {
  if (proof) return `${proofs[proof]}.`
  const [worst] = [...reasons].sort((a, b) => a.points - b.points)
  if (worst && worst.points < 0) return `${worst.what}.`
  if (reasons.length === 0) return 'Nada no site diz que é desta empresa.'
  return standing === 'possible'
    ? 'O que o site diz combina com a empresa, mas não basta como prova.'
    : 'O pouco que o site tem em comum com a empresa não é prova.'
}
