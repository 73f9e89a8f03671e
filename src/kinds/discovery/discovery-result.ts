import type { RegistryRecord } from '../../cnpj/registry-record.ts'
import type { SiteReading } from '../../site/read-site.ts'
import type { LlmChoice } from './choose-with-llm.ts'
import type { Looked, Read } from './look-at.ts'
import type { SharedPage } from './shared-pages.ts'
import type { Proof, Reason, SiteNature } from './verdict/verify.ts'

/** What kept the answer from being as good as it could be, or what one should know before using it. */
export type Warning = {
  code: 'COMPANY_NOT_ACTIVE' | 'REGISTRY_MISSING' | 'SEARCH_MISSING' | 'LLM_MISSING' | 'SITE_SILENT'
  message: string
}

/** `verdict`: of those that were read, the one chosen, and how the others stand; those that were not, and why. */
export type ShownCandidate = {
  rank: number
  url: string
  origin: Looked['origin']
  verdict: 'accepted' | 'proven' | 'possible' | 'rejected' | 'unread' | 'ruled_out'
  nature: SiteNature | null
  why: string
  score: number | null
  reasons: Reason[]
}

/** The result of a discovery, as callers get it; docs/discovery.md explains every field. */
export type DiscoveryResult = {
  schema_version: 2
  status: 'found' | 'none' | 'ambiguous'
  website: string | null
  confidence: number | null
  proof: Proof | null
  chosen_by: 'evidence' | 'llm' | null
  reasons: Reason[]
  why_none: string | null
  warnings: Warning[]
  candidates: ShownCandidate[]
  shared_pages: SharedPage[]
  llm: LlmChoice | null
  registry: RegistryRecord | null
  socials: string[]
  pages: { url: string; title: string | null }[]
  skipped: SiteReading['skipped']
  notes: SiteReading['notes']
  queries: string[]
  /** Over all tries of the job. */
  credits: number
  durations_ms: Record<string, number>
  /** What the request said of the company besides its number. */
  asked: Record<string, string>
  reused: { discovered_at: string; profile: object | null } | null
}

const outcomes = ['read', 'unread', 'ruled_out']

/** The chosen one first, then what was read by score, then what was not. */
export function showCandidates(looked: readonly Looked[], chosen: Read | null): ShownCandidate[] {
  const scoreOf = (each: Looked) => (each.outcome === 'read' ? each.verdict.score : 0)
  return [...looked]
    .sort(
      (one, other) =>
        Number(other === chosen) - Number(one === chosen) ||
        outcomes.indexOf(one.outcome) - outcomes.indexOf(other.outcome) ||
        scoreOf(other) - scoreOf(one),
    )
    .map((each, index) => ({ rank: index + 1, url: each.url, origin: each.origin, ...show(each, each === chosen) }))
}

function show(each: Looked, isChosen: boolean): Omit<ShownCandidate, 'rank' | 'url' | 'origin'> {
  if (each.outcome === 'read') {
    const { standing, nature, why, score, reasons } = each.verdict
    return { verdict: isChosen ? 'accepted' : standing, nature, why, score, reasons }
  }
  const unseen = { nature: null, score: null, reasons: [] }
  if (each.outcome === 'unread') return { verdict: 'unread', why: each.why, ...unseen }
  return { verdict: 'ruled_out', why: ruledOutFor[each.because] ?? each.because, ...unseen }
}

const ruledOutFor: Record<string, string> = {
  directory: 'É um diretório de empresas, não o site de uma',
  marketplace: 'É um marketplace, não o site da empresa',
  social: 'É uma rede social, não um site',
  government: 'É um site do governo',
  news: 'É um site de notícias',
  reference: 'É uma obra de consulta',
}

/** Why there is no website, in a sentence. */
export function whyNone({
  looked,
  isAmbiguous,
  isUnknown,
  isUnsearchable,
  searchMissing,
}: {
  looked: readonly Looked[]
  isAmbiguous: boolean
  /** Neither the request nor the registry has a name for the company. */
  isUnknown: boolean
  /** Nothing that is known of the company could be searched. */
  isUnsearchable: boolean
  searchMissing: 'no_provider' | 'failed' | null
}): string {
  // A guess that nobody answers to was no candidate.
  const seen = looked.filter(
    ({ outcome, origin }) => outcome !== 'ruled_out' && !(origin === 'guessed' && outcome === 'unread'),
  )
  const possible = seen.filter((each) => each.outcome === 'read' && each.verdict.standing !== 'rejected')
  const [only] = seen
  if (isAmbiguous && possible.length === 1) {
    return `O site ${possible[0]!.url} pode ser o da empresa, mas não há prova suficiente (veja candidates).`
  }
  if (isAmbiguous) return 'Mais de um site pode ser o da empresa, e nada os distingue (veja candidates).'
  if (seen.length === 1 && only?.outcome === 'unread') return `O site ${only.url} não pôde ser lido. ${only.why}`
  if (seen.length === 1) return `O site candidato ${only!.url} não provou ser o da empresa (veja candidates).`
  if (seen.length > 1) return `Nenhum dos ${seen.length} sites candidatos provou ser o da empresa (veja candidates).`
  if (isUnsearchable)
    return 'Nada foi procurado: o nome informado não tem palavra que se possa procurar, e não há CNPJ.'
  if (searchMissing === 'failed') return 'A busca não respondeu, e não há outro indício de site.'
  if (isUnknown) return 'O CNPJ não está no cadastro consultado e a busca não trouxe sites.'
  if (searchMissing) return 'Nenhum provedor de busca está configurado e não há outro indício de site.'
  return 'A busca não trouxe nenhum site que possa ser o da empresa.'
}
