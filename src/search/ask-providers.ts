import { type Consequence, Failure } from '../errors.ts'
import { untilAborted } from '../until-aborted.ts'
import { createProviderHealth, detailOf, type ProviderHealth, type Refusal, type SearchLog } from './provider-health.ts'
import type { SearchProvider, SearchResult } from './search-provider.ts'

export type ProviderAnswer = { query: string; results: SearchResult[]; provider: string }

export type AskProviders = (
  queries: readonly string[],
  options: {
    signal: AbortSignal
    /** Called as each call is answered, so that what has been paid for outlives the failure of another. */
    onAnswers?(answers: ProviderAnswer[]): void
    /** Called as each call is charged for, also if what comes after it fails. Never with 0. */
    onCharged?(credits: number): void
  },
) => Promise<{ results: SearchResult[][]; credits: number; providers: string[] }>

type Member = { provider: SearchProvider; health: ProviderHealth }
type Problem = { name: string; because: Failure; trial?: Promise<void> | undefined }
type Round = { open: Set<number>; results: (SearchResult[] | undefined)[]; credits: number; providers: Set<string> }

/**
 * Asks providers in order: the first answers, and what it cannot answer is asked of the next. Queries go in as few
 * calls as the provider's API allows, few calls at a time. A query that every provider leaves out has no results.
 *
 * The function throws the most telling Failure when queries are left: one that passes with waiting before one that
 * does not, with the shortest time to wait that is known; the signal's own reason when it aborted.
 */
export function createAskProviders(
  providers: readonly SearchProvider[],
  { log, nowMs = () => performance.now() }: { log: SearchLog; nowMs?(): number },
): AskProviders {
  const members = providers.map((provider) => ({
    provider,
    health: createProviderHealth(provider.name, { log, nowMs }),
  }))

  return async (queries, { signal, onAnswers = () => {}, onCharged = () => {} }) => {
    const on = { onAnswers, onCharged }
    const round: Round = { open: new Set(queries.keys()), results: [], credits: 0, providers: new Set() }
    for (;;) {
      const problems: Problem[] = []
      for (const member of members) {
        if (round.open.size > 0) problems.push(...(await askOne(member, queries, round, signal, on)))
      }
      if (round.open.size === 0 || problems.length === 0) break
      // Another job is finding out whether a provider is well again: to wait for it costs no try.
      const trials = problems.flatMap(({ trial }) => trial ?? [])
      if (trials.length === 0) throw mostTelling(problems)
      await untilAborted(Promise.race(trials), signal)
    }
    const results = queries.map((_query, index) => round.results[index] ?? [])
    return { results, credits: round.credits, providers: [...round.providers] }
  }
}

/** Asks one provider for everything that is still open, and says what kept it from answering, if anything did. */
async function askOne(
  { provider, health }: Member,
  queries: readonly string[],
  round: Round,
  signal: AbortSignal,
  on: { onAnswers(answers: ProviderAnswer[]): void; onCharged(credits: number): void },
): Promise<Problem[]> {
  const waiting = [...round.open]
  let problem: Problem | undefined
  let thrown: { error: unknown } | undefined

  async function work() {
    while (waiting.length > 0 && !problem && !thrown) {
      const entry = health.enter()
      if ('refusal' in entry) {
        problem = problemOf(provider.name, entry.refusal)
        return
      }
      const asked = waiting.splice(0, provider.queriesPerCall)
      try {
        const texts = asked.map((index) => queries[index]!)
        const { results, credits } = await provider.search(texts, { signal })
        entry.call.succeeded()
        round.credits += credits
        if (credits > 0) on.onCharged(credits)
        const answers = asked.flatMap((index, at) => {
          const found = results[at]
          if (!found) return []
          round.results[index] = found
          round.open.delete(index)
          return [{ query: queries[index]!, results: found, provider: provider.name }]
        })
        if (answers.length > 0) {
          round.providers.add(provider.name)
          on.onAnswers(answers)
        }
      } catch (error) {
        if (error instanceof Failure && !signal.aborted) {
          entry.call.failed(error)
          problem = problemOf(provider.name, { because: error })
        } else {
          entry.call.abandoned()
          thrown = { error }
        }
      }
    }
  }

  await Promise.all(Array.from({ length: provider.callsAtOnce }, work))
  if (thrown) throw thrown.error
  return problem ? [problem] : []
}

const problemOf = (name: string, { because, trial }: Refusal): Problem => ({ name, because, trial })

const hope: Record<Consequence, number> = { snooze: 2, retry: 1, give_up: 0 }

/** With one provider, its own failure; with several, each one's reason under the code that leaves most hope. */
function mostTelling(problems: readonly Problem[]): Failure {
  const failures = problems.map(({ because }) => because)
  const [first, ...others] = failures.toSorted((one, other) => hope[other.consequence] - hope[one.consequence])
  if (!first || others.length === 0) return first ?? new Failure('SEARCH_UNAVAILABLE')
  const reasons = problems.map(({ name, because }) => `${name}: ${because.code} ${detailOf(because)}`.trim())
  const passing = failures.filter(({ consequence }) => consequence !== 'give_up')
  const waitsMs = passing.flatMap(({ retryAfterMs }) => retryAfterMs ?? [])
  const retry = waitsMs.length > 0 ? { retryAfterMs: Math.min(...waitsMs) } : {}
  return new Failure(first.code, reasons.join(' '), { cause: first, ...retry })
}
