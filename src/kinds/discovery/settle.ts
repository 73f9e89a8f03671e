import type { FailureCode } from '../../errors.ts'
import type { SiteReading } from '../../site/read-site.ts'
import type { JobContext } from '../define-kind.ts'
import { loadPages } from '../stored-pages.ts'
import { chooseWithLlm, type LlmChoice } from './choose-with-llm.ts'
import type { Company } from './company.ts'
import { decideAmong, type Hunt } from './hunt.ts'
import type { Looked, Read } from './look-at.ts'
import type { stopwatch } from './stopwatch.ts'
import { verify } from './verdict/verify.ts'
import { ownPart, weighedOrigin } from './within-site.ts'

export type Settled = {
  looked: Looked[]
  /** Read in full. */
  chosen: Read | null
  isAmbiguous: boolean
  llm: LlmChoice | null
  /** Why the model, though there is one, did not decide a close call. */
  llmFailure: FailureCode | null
}

/**
 * Decides close calls, by the model where there is one, and reads the chosen site in full. What its other pages say may
 * still speak against it; then the rest is decided anew.
 */
export async function settle(
  { looked: before, decision }: Hunt,
  company: Company,
  { sql, services, signal, progress }: JobContext,
  times: ReturnType<typeof stopwatch>,
): Promise<Settled> {
  const settled: Settled = { looked: [...before], chosen: null, isAmbiguous: false, llm: null, llmFailure: null }
  let isAsked = false

  /** Puts a close call to the model, once. */
  async function judge(between: readonly Read[]): Promise<Read | undefined> {
    const { llm } = services
    if (!llm || isAsked) return undefined
    isAsked = true
    progress({ stage: 'deciding', percent: 62, message: 'Comparando os candidatos' })
    const opinion = await times.of('deciding', chooseWithLlm(company, between, { llm, signal }))
    if ('unusable' in opinion) settled.llmFailure = opinion.unusable
    else settled.llm = opinion.choice
    return between.find(({ url, verdict }) => url === settled.llm?.chosen && !verdict.isImpossible)
  }

  async function readOn({ url, reading }: Read): Promise<SiteReading> {
    if (reading.endedBy === 'all_read') return reading
    const host = new URL(url).hostname
    return services.site.readSite(url, {
      ...services.crawl,
      resumed: reading,
      known: await loadPages(sql, url),
      signal,
      onProgress({ pagesRead, pagesPlanned }) {
        const percent = Math.round(65 + (29 * pagesRead) / Math.max(1, pagesPlanned))
        progress({ stage: 'crawling', percent, message: `Lendo ${host}: página ${pagesRead} de ${pagesPlanned}` })
      },
    })
  }

  let next = decision
  while (next.status !== 'none') {
    const isEvident = next.status === 'found'
    const candidate = next.status === 'found' ? next.chosen : await judge(next.between)
    if (!candidate) return { ...settled, isAmbiguous: true }
    const reading = ownPart(candidate, await times.of('crawling', readOn(candidate)))
    const verdict = verify(company, weighedOrigin(candidate, company.names), reading)
    const read: Read = { ...candidate, reading, verdict }
    settled.looked = settled.looked.map((each) => (each === candidate ? read : each))
    const holds = !verdict.isImpossible && (isEvident ? verdict.standing === 'proven' : verdict.standing !== 'rejected')
    if (holds) return { ...settled, chosen: read }
    next = decideAmong(settled.looked)
  }
  return settled
}
