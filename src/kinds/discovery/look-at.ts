import { Failure } from '../../errors.ts'
import type { SiteReader, SiteReading } from '../../site/read-site.ts'
import type { Candidate, RuledOut } from './candidates.ts'
import type { Company } from './company.ts'
import { type SiteNature, type Verdict, verify } from './verdict/verify.ts'
import { ownPart, weighedOrigin } from './within-site.ts'

/** A candidate that was read, as far as it took to judge it. `url` is where its first page was found. */
export type Read = Candidate & { outcome: 'read'; reading: SiteReading; verdict: Verdict }
/** One that was not. `isSilent`: it did not answer, and may another time; `failure` says so. */
export type Unread = Candidate & { outcome: 'unread'; why: string; isSilent: boolean; failure?: Failure }
/** What became of a candidate. */
export type Looked = Read | Unread | (RuledOut & { outcome: 'ruled_out' })

/** They are different hosts, so that no site is asked more than its two requests at once. */
const candidatesAtOnce = 3
/** The home page, and those likeliest to name the owner: about, contact, privacy. */
const pagesToJudge = 4
const deadlineToJudgeMs = 20_000
/** Once a site has proved itself, the ones being read beside it may take so long to contest it. */
const graceMs = 3_000
/** More pages of these would say the same. Of any other, a page further on may have the number that decides. */
const settledNatures = new Set<SiteNature>(['shared_page', 'directory', 'marketplace_page', 'parked', 'for_sale'])

class Superseded extends Error {}

/**
 * Reads candidates, three at once and each only until its verdict is settled, until one proves itself or none is left.
 * What comes back is in their order, also those that it did not come to any more.
 * @throws the signal's reason, as it is. A site that cannot be read is an outcome.
 */
export async function lookAt(
  candidates: readonly Candidate[],
  company: Company,
  options: {
    site: SiteReader
    maxPages: number
    deadlineMs: number
    signal: AbortSignal
    onLook?(candidate: Candidate): void
  },
): Promise<Looked[]> {
  const settled = new AbortController()
  let grace: NodeJS.Timeout | undefined
  const looked: Looked[] = candidates.map((candidate) => ({ ...candidate, ...notNeeded }))
  const pending = new Set(candidates)
  let next = 0

  async function work() {
    while (next < candidates.length && grace === undefined) {
      const index = next++
      options.onLook?.(candidates[index]!)
      looked[index] = await judge(candidates[index]!, company, { ...options, settled: settled.signal })
      pending.delete(candidates[index]!)
      // What had proved itself before is heard to the end.
      if (looked.some(isProven) && ![...pending].some(({ origin }) => origin === 'stored'))
        grace ??= setTimeout(() => settled.abort(new Superseded()), graceMs)
    }
  }

  try {
    await Promise.all(Array.from({ length: candidatesAtOnce }, work))
  } finally {
    clearTimeout(grace)
    settled.abort(new Superseded())
  }
  return looked
}

const notNeeded = { outcome: 'unread', why: 'Outro candidato provou ser o site antes.', isSilent: false } as const

const isProven = (looked: Looked): boolean => looked.outcome === 'read' && looked.verdict.standing === 'proven'

async function judge(
  candidate: Candidate,
  company: Company,
  {
    site,
    maxPages,
    deadlineMs,
    signal,
    settled,
  }: { site: SiteReader; maxPages: number; deadlineMs: number; signal: AbortSignal; settled: AbortSignal },
): Promise<Looked> {
  const origin = weighedOrigin(candidate, company.names)
  try {
    const reading = await site.readSite(candidate.url, {
      maxPages: Math.min(maxPages, pagesToJudge),
      deadlineMs: Math.min(deadlineMs, deadlineToJudgeMs),
      signal: AbortSignal.any([signal, settled]),
      isEnough(soFar) {
        const verdict = verify(company, origin, ownPart(candidate, soFar))
        return verdict.standing === 'proven' || settledNatures.has(verdict.nature)
      },
    })
    const verdict = verify(company, origin, ownPart(candidate, reading))
    return { ...candidate, url: reading.homeUrl, outcome: 'read', reading, verdict }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof Superseded) return { ...candidate, ...notNeeded }
    if (!(error instanceof Failure)) throw error
    const isSilent = error.consequence === 'retry'
    return { ...candidate, outcome: 'unread', why: `${error.code}: ${error.message}`, isSilent, failure: error }
  }
}
