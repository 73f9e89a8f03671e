import type { RegistryRecord } from '../../cnpj/registry-record.ts'
import { run } from '../../db/queries.ts'
import { Failure, failureCodeOf } from '../../errors.ts'
import { enqueue } from '../../queue/enqueue.ts'
import { storableJson } from '../../queue/storable.ts'
import type { SiteReading } from '../../site/read-site.ts'
import type { Handler, JobContext } from '../define-kind.ts'
import { profile } from '../profile/profile.ts'
import { loadPages, storePages } from '../stored-pages.ts'
import { type Candidate, chooseCandidates, queriesFor } from './candidates.ts'
import { type Company, companyOf } from './company.ts'
import type { DiscoveryInput } from './discovery.ts'
import { type Verdict, verify } from './verify.ts'

/** Reading a site takes seconds; past so many wrong ones the company has none. */
const mostCandidatesRead = 6

/** What became of a candidate, in the order of looking. */
type Looked = Candidate & {
  verdict: 'accepted' | 'rejected' | 'unread' | 'ruled_out'
  why: string
  score: number | null
  /** It did not answer; it may another time. */
  isSilent?: boolean
}
type Found = { reading: SiteReading; verdict: Verdict; candidate: Candidate }

/** Registry, search, then one candidate after the other until one proves itself. No website is a result, not an error. */
export const findWebsite: Handler<DiscoveryInput> = async (input, context) => {
  const times = stopwatch()
  context.progress({ stage: 'registry', percent: 5, message: 'Consultando o cadastro da Receita' })
  const registry = await times.of('registry', lookUp(input, context))
  const company = companyOf(input, registry)

  context.progress({ stage: 'search', percent: 15, message: 'Procurando o site' })
  const { results, credits } = await times.of('search', search(input, company, context))
  const { candidates, ruledOut } = chooseCandidates({ website: input.website, company, results })

  const looked: Looked[] = ruledOut.map(({ because, ...candidate }) => ({
    ...candidate,
    verdict: 'ruled_out',
    why: because,
    score: null,
  }))
  const found = await times.of('reading', readUntilProven(candidates, company, looked, context))

  const given = looked.find(({ origin }) => origin === 'given')
  // Silence may pass. That there is no website is said only when asking again has not helped.
  if (!found && given?.isSilent && !context.isLastTry) throw new Failure('SITE_UNREACHABLE', given.why)

  const website = found?.reading.homeUrl ?? null
  const result = {
    status: found ? 'found' : 'none',
    website,
    confidence: found?.verdict.confidence ?? null,
    reasons: found?.verdict.reasons ?? [],
    why_none: found ? null : whyNone(input, company, context, looked),
    candidates: looked.map(({ isSilent: _isSilent, ...shown }) => shown),
    registry,
    socials: found
      ? [...new Set(found.reading.pages.flatMap((page) => page.facts.socials.map(({ value }) => value)))]
      : [],
    pages: found?.reading.pages.map(({ url, title }) => ({ url, title })) ?? [],
    skipped: found?.reading.skipped ?? [],
    notes: found?.reading.notes ?? [],
    credits,
    durations_ms: times.durations(),
  }
  return {
    result,
    async write(tx) {
      if (found) await storePages(tx, found.reading.homeUrl, found.reading.pages)
      if (input.cnpj) {
        const record = registry ? storableJson(registry) : null
        await run(tx, 'company_store_discovery', [input.cnpj, record, website, storableJson(result)])
      }
      if (!found || !input.profile) return []
      const { cnpj, external_id } = input
      const options = { owner: context.owner, parentId: context.jobId, exclusive: false }
      await enqueue(tx, profile, { cnpj, website: found.reading.homeUrl, external_id }, options)
      return [profile]
    },
  }
}

/** Where the caller said more than the number, the last try does without registries that are all silent. */
async function lookUp(
  input: DiscoveryInput,
  { services, signal, isLastTry }: JobContext,
): Promise<RegistryRecord | null> {
  if (!input.cnpj) return null
  try {
    const answer = await services.registry.lookUp(input.cnpj, { signal })
    return answer.found ? answer.record : null
  } catch (error) {
    const isKnownOtherwise = Boolean(input.website ?? input.nome_fantasia ?? input.razao_social)
    if (isLastTry && isKnownOtherwise && failureCodeOf(error) === 'REGISTRY_UNAVAILABLE') return null
    throw error
  }
}

async function search(input: DiscoveryInput, company: Company, { services, signal }: JobContext) {
  // A website that the caller names is looked at first; a search costs credits and may not be needed.
  if (!services.search || input.website) return { results: [], credits: 0 }
  const queries = queriesFor(company)
  return queries.length > 0 ? services.search.search(queries, { signal }) : { results: [], credits: 0 }
}

async function readUntilProven(
  candidates: readonly Candidate[],
  company: Company,
  looked: Looked[],
  { sql, services, signal, progress }: JobContext,
): Promise<Found | undefined> {
  for (const [index, candidate] of candidates.slice(0, mostCandidatesRead).entries()) {
    const host = new URL(candidate.url).hostname
    try {
      const reading = await services.site.readSite(candidate.url, {
        ...services.crawl,
        known: await loadPages(sql, candidate.url),
        signal,
        onProgress({ pagesRead, pagesPlanned }) {
          const share =
            (index + pagesRead / Math.max(1, pagesPlanned)) / Math.min(candidates.length, mostCandidatesRead)
          const percent = Math.min(94, Math.round(25 + 70 * share))
          progress({ stage: 'reading', percent, message: `Lendo ${host}: página ${pagesRead} de ${pagesPlanned}` })
        },
      })
      const verdict = verify(company, candidate.origin, reading)
      const why = verdict.reasons.map(({ what }) => what).join('; ') || 'Nada no site diz que é desta empresa'
      looked.push({ ...candidate, verdict: verdict.isAccepted ? 'accepted' : 'rejected', why, score: verdict.score })
      if (verdict.isAccepted) return { reading, verdict, candidate }
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      const isSilent = error.consequence === 'retry'
      looked.push({ ...candidate, verdict: 'unread', why: `${error.code}: ${error.message}`, score: null, isSilent })
    }
  }
  return undefined
}

function whyNone(input: DiscoveryInput, company: Company, { services }: JobContext, looked: readonly Looked[]): string {
  const seen = looked.filter(({ verdict }) => verdict !== 'ruled_out')
  const unread = seen.filter(({ verdict }) => verdict === 'unread')
  if (seen.length === 1 && unread.length === 1) return `O site ${unread[0]!.url} não pôde ser lido. ${unread[0]!.why}`
  if (seen.length === 1) return `O site candidato ${seen[0]!.url} não provou ser o da empresa (veja candidates).`
  if (seen.length > 1) return `Nenhum dos ${seen.length} sites candidatos provou ser o da empresa (veja candidates).`
  if (input.cnpj && company.names.length === 0)
    return 'O CNPJ não está no cadastro consultado e a busca não trouxe sites.'
  if (!services.search) return 'Nenhum provedor de busca está configurado e não há outro indício de site.'
  return 'A busca não trouxe nenhum site que possa ser o da empresa.'
}

function stopwatch() {
  const spent: Record<string, number> = {}
  return {
    async of<T>(stage: string, work: Promise<T>): Promise<T> {
      const started = performance.now()
      return work.finally(() => {
        spent[stage] = Math.round(performance.now() - started)
      })
    },
    durations: () => spent,
  }
}
