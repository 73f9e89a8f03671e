import { Failure } from '../../errors.ts'
import type { JobContext } from '../define-kind.ts'
import { type Candidate, candidatesAtHand, candidatesFound, candidatesGuessed, lineUp } from './candidates.ts'
import type { Company } from './company.ts'
import { type Decision, decide } from './decide.ts'
import { type Looked, lookAt, type Read } from './look-at.ts'
import { queriesFor } from './queries.ts'
import type { SearchBill } from './search-bill.ts'
import type { stopwatch } from './stopwatch.ts'
import { isWorthReading } from './within-site.ts'

/** All that was looked at, and what it comes to. */
export type Hunt = {
  looked: Looked[]
  decision: Decision<Read>
  /** The queries that were answered. */
  queries: string[]
  /** Neither a name nor a number that could be searched. */
  isUnsearchable: boolean
  /** Why there was no search, or not all of it; null if it was not needed or went well. */
  searchMissing: 'no_provider' | 'failed' | null
}

/** Of one query's answer. What stands lower is seldom the company's, and reading it costs seconds. */
const mostPerQuery = 4
/** No further query is asked after this time: what is found must still be read within the job's. */
const budgetMs = 75_000

/**
 * Looks for the website where it is likeliest and cheapest first, and stops as soon as one has proved itself: what is at
 * hand, then one query after the other. Where nothing can be searched, it guesses domains.
 * @throws Failure `SEARCH_*`: always if the provider asks to wait, before the last try if it is down, and if it refuses
 *   and nothing else brought the website.
 */
export async function hunt(
  known: { given?: string | undefined; stored?: string | undefined },
  company: Company,
  { services, signal, isLastTry, progress }: JobContext,
  { times, bill }: { times: ReturnType<typeof stopwatch>; bill: SearchBill },
): Promise<Hunt> {
  const { site, search, crawl } = services
  const seen = new Set<string>()
  const found: Hunt = {
    looked: [],
    decision: { status: 'none' },
    queries: [],
    isUnsearchable: false,
    searchMissing: null,
  }
  const startedMs = performance.now()

  /** Whether one of them is it. */
  async function consider(offered: Candidate[]): Promise<boolean> {
    const { candidates, within, ruledOut } = lineUp(offered, company, { seen, most: mostPerQuery })
    found.looked.push(...ruledOut.map((each) => ({ ...each, outcome: 'ruled_out' as const })))
    await look(candidates)
    if (found.decision.status !== 'found') await look(within.filter((each) => isWorthReading(each, found.looked)))
    return found.decision.status === 'found'
  }

  async function look(candidates: Candidate[]): Promise<void> {
    const onLook = ({ url }: Candidate) => {
      const percent = Math.min(60, 20 + 5 * found.looked.length)
      progress({ stage: 'reading', percent, message: `Conferindo ${new URL(url).hostname}` })
    }
    found.looked.push(...(await times.of('reading', lookAt(candidates, company, { site, ...crawl, signal, onLook }))))
    found.decision = decideAmong(found.looked)
  }

  if (await consider(candidatesAtHand(known, company))) return found

  let failure: Failure | undefined
  const queries = queriesFor(company)
  found.isUnsearchable = queries.length === 0
  for (const query of search ? queries : []) {
    if (performance.now() - startedMs > budgetMs) break
    progress({ stage: 'search', percent: Math.min(60, 15 + 5 * found.looked.length), message: `Procurando: ${query}` })
    try {
      const { results } = await times.of('search', search!.search([query], { signal, onCharged: bill.charge }))
      found.queries.push(query)
      if (await consider(candidatesFound(results.flat(), company))) return found
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof Failure)) throw error
      const isOver = error.consequence === 'give_up' || (error.consequence === 'retry' && isLastTry)
      if (!isOver) throw error
      failure = error
      break
    }
  }
  if (search && !failure) return found
  found.searchMissing = failure ? 'failed' : 'no_provider'
  if (await consider(candidatesGuessed(company))) return found
  if (failure?.consequence === 'give_up') throw failure
  return found
}

/** A guess that has not proved itself is not even a close call. */
export function decideAmong(looked: readonly Looked[]): Decision<Read> {
  const read = looked.filter((each): each is Read => each.outcome === 'read')
  return decide(read.filter(({ origin, verdict }) => origin !== 'guessed' || verdict.standing === 'proven'))
}
