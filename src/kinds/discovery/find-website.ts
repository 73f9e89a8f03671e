import { run } from '../../db/queries.ts'
import { Failure, type FailureCode } from '../../errors.ts'
import { enqueue } from '../../queue/enqueue.ts'
import { storableJson } from '../../queue/storable.ts'
import type { AnyKind, Handler, JobContext, Outcome } from '../define-kind.ts'
import { profile } from '../profile/profile.ts'
import { storePages } from '../stored-pages.ts'
import { askRegistry, type RegistrySays } from './ask-registry.ts'
import { bearsName } from './candidates.ts'
import { companyOf } from './company.ts'
import type { DiscoveryInput } from './discovery.ts'
import { type DiscoveryResult, showCandidates, type Warning, whyNone } from './discovery-result.ts'
import { type Hunt, hunt } from './hunt.ts'
import type { Looked, Read, Unread } from './look-at.ts'
import { askedWith, type Former, findFormer, findStored, type Stored } from './reuse.ts'
import { openSearchBill, type SearchBill } from './search-bill.ts'
import { settle } from './settle.ts'
import { sharedPages } from './shared-pages.ts'
import { stopwatch } from './stopwatch.ts'

/**
 * From what the request says of a company to its website: what is stored, else registry, hunt, and the chosen site in
 * full. No website is a result, not an error.
 */
export const findWebsite: Handler<DiscoveryInput> = async (input, context) => {
  const bill = await openSearchBill(context)
  const stored = await findStored(input, context)
  if (stored) return fromStored(stored, input, context, bill.total())
  try {
    return await findAnew(input, context, bill)
  } finally {
    await bill.noted()
  }
}

async function findAnew(input: DiscoveryInput, context: JobContext, bill: SearchBill): Promise<Outcome> {
  const times = stopwatch()
  context.progress({ stage: 'registry', percent: 5, message: 'Consultando o cadastro da Receita' })
  const registry = await times.of('registry', askRegistry(input, context))
  const company = companyOf(input, registry.record)
  const former = await findFormer(input, context)
  const known = { given: input.website, stored: former?.website }
  const hunted = await hunt(known, company, context, { times, bill })
  const settled = await settle(hunted, company, context, times)
  const { looked, llm, llmFailure } = settled

  const unheard = looked.flatMap(unheardOf)[0]
  const isOpen = settled.chosen !== null && unheard !== undefined && yieldsTo(former, settled.chosen)
  const chosen = isOpen ? null : settled.chosen
  const isAmbiguous = settled.isAmbiguous || isOpen
  const silent = unheard ?? looked.find(isSilentAndLikely(company.names))
  if (!chosen) throwWhatMayPass(input, registry, silent, context)

  const reading = chosen?.reading
  const socials = reading?.pages.flatMap((page) => page.facts.socials.map(({ value }) => value)) ?? []
  const { searchMissing, isUnsearchable } = hunted
  const whyNot = { looked, isAmbiguous, isUnknown: company.names.length === 0, isUnsearchable, searchMissing }
  const result: DiscoveryResult = {
    schema_version: 2,
    status: chosen ? 'found' : isAmbiguous ? 'ambiguous' : 'none',
    website: chosen?.url ?? null,
    confidence: chosen?.verdict.confidence ?? null,
    proof: chosen?.verdict.proof ?? null,
    chosen_by: chosen ? (llm?.chosen === chosen.url ? 'llm' : 'evidence') : null,
    reasons: chosen?.verdict.reasons ?? [],
    why_none: chosen ? null : whyNone(whyNot),
    warnings: warningsOf(registry, hunted, silent, llmFailure),
    candidates: showCandidates(looked, chosen),
    shared_pages: chosen ? [] : sharedPages(looked, company),
    llm,
    registry: registry.record,
    socials: [...new Set(socials)],
    pages: reading?.pages.map(({ url, title }) => ({ url, title })) ?? [],
    skipped: reading?.skipped ?? [],
    notes: reading?.notes ?? [],
    queries: hunted.queries,
    credits: bill.total(),
    durations_ms: times.durations(),
    asked: askedWith(input),
    reused: null,
  }
  return {
    result,
    async write(tx) {
      if (reading) await storePages(tx, reading.homeUrl, reading.pages)
      if (input.cnpj) {
        const record = registry.record ? storableJson(registry.record) : null
        const isComplete = chosen !== null || result.warnings.every(({ code }) => code === 'COMPANY_NOT_ACTIVE')
        const values = [input.cnpj, record, result.website, storableJson(result), isComplete]
        await run(tx, 'company_store_discovery', values)
      }
      return enqueueProfile(tx, result.website, input, context)
    },
  }
}

/**
 * Answers without a call; `credits` are what the job's earlier tries have paid. The profile is still enqueued if it is
 * wanted and none is stored that is as fresh.
 */
function fromStored(
  { result, discoveredAt, profile: written }: Stored,
  input: DiscoveryInput,
  context: JobContext,
  credits: number,
) {
  const isWritten = input.profile && written !== null
  const reused = { discovered_at: discoveredAt.toISOString(), profile: isWritten ? written : null }
  return {
    result: { ...result, credits, durations_ms: {}, reused } satisfies DiscoveryResult,
    write: async (tx: Parameters<typeof enqueue>[0]) =>
      isWritten ? [] : enqueueProfile(tx, result.website, input, context),
  }
}

async function enqueueProfile(
  tx: Parameters<typeof enqueue>[0],
  website: string | null,
  { cnpj, external_id, profile: isWanted }: DiscoveryInput,
  { owner, jobId }: JobContext,
): Promise<AnyKind[]> {
  if (website === null || !isWanted) return []
  await enqueue(tx, profile, { cnpj, website, external_id }, { owner, parentId: jobId, exclusive: false })
  return [profile]
}

/** A site that says nothing now, and may another time. */
type Silent = Pick<Unread, 'url' | 'why' | 'isSilent' | 'failure'>

/** Of a website that had proved itself before: why nothing was heard of it. That it shuts us out is no denial either. */
function unheardOf(each: Looked): Silent[] {
  if (each.origin !== 'stored') return []
  if (each.outcome === 'unread') return [each]
  const isShut = each.outcome === 'read' && (each.verdict.nature === 'challenge' || each.verdict.nature === 'empty')
  return isShut ? [{ url: each.url, why: each.verdict.why, isSilent: false }] : []
}

/** Whether a website rests on less than the one before it, which had the number and cannot be read now. */
const yieldsTo = (former: Former | null, { verdict }: Read): boolean =>
  former?.isNumber === true && !['cnpj', 'root', 'contact'].includes(verdict.proof ?? '')

const isSilentAndLikely =
  (names: readonly string[]) =>
  (each: Looked): each is Unread =>
    each.outcome === 'unread' &&
    each.isSilent &&
    (each.origin === 'given' || (each.origin === 'search' && bearsName(each.url, names)))

/**
 * Silence may pass: that there is no website is said only when asking again has not helped. Of a company of which
 * nothing is known but a number, and with all registries silent, not even then.
 */
function throwWhatMayPass(
  input: DiscoveryInput,
  registry: RegistrySays,
  silent: Silent | undefined,
  { isLastTry }: JobContext,
): void {
  if (silent?.isSilent && !isLastTry) throw silent.failure ?? new Failure('SITE_UNREACHABLE', silent.why)
  const isKnownOtherwise = input.website ?? input.nome_fantasia ?? input.razao_social
  if (registry.silence && !isKnownOtherwise) throw registry.silence
}

function warningsOf(
  { record, missing }: RegistrySays,
  { searchMissing }: Hunt,
  silent: Silent | undefined,
  llmFailure: FailureCode | null,
): Warning[] {
  const situation = record?.situacao
  const warnings: (Warning | false)[] = [
    situation !== undefined &&
      situation !== null &&
      situation !== 'ATIVA' && {
        code: 'COMPANY_NOT_ACTIVE',
        message: `A situação cadastral da empresa na Receita é ${situation}.`,
      },
    missing !== null && { code: 'REGISTRY_MISSING', message: `O cadastro da Receita não foi lido. ${missing}` },
    searchMissing !== null && {
      code: 'SEARCH_MISSING',
      message: searchMissing === 'failed' ? 'A busca não respondeu.' : 'Nenhum provedor de busca está configurado.',
    },
    silent !== undefined && { code: 'SITE_SILENT', message: `O site ${silent.url} não pôde ser lido. ${silent.why}` },
    llmFailure !== null && { code: 'LLM_MISSING', message: `O LLM não decidiu (${llmFailure}).` },
  ]
  return warnings.filter((each) => each !== false)
}
