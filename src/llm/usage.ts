/**
 * Summed over the calls of one completion. `latencyMs` counts the calls only, not the wait for a slot. `cost` is in the
 * currency of the prices; absent: no prices are known.
 */
export type LlmUsage = { tokensIn: number; tokensOut: number; calls: number; latencyMs: number; cost?: number }

/** One HTTP call, whatever came of it. */
export type LlmCall = LlmUsage & {
  model: string
  /** The job it was made for, where there is one. */
  jobId: string | undefined
  /** It brought no completion. */
  isFailed: boolean
}

/** Of a million tokens, in any currency. */
export type LlmPrices = { inPerMillion: number; outPerMillion: number }

/** No call yet. */
export const noUsage = (prices: LlmPrices | undefined): LlmUsage => ({
  tokensIn: 0,
  tokensOut: 0,
  calls: 0,
  latencyMs: 0,
  ...(prices && { cost: 0 }),
})

/** Adds a call, or the calls of another completion, to a sum. */
export function addUsage(sum: LlmUsage, more: LlmUsage): void {
  sum.tokensIn += more.tokensIn
  sum.tokensOut += more.tokensOut
  sum.calls += more.calls
  sum.latencyMs += more.latencyMs
  if (more.cost !== undefined) sum.cost = (sum.cost ?? 0) + more.cost
}

/** What tokens cost. */
export const costOf = (prices: LlmPrices, tokensIn: number, tokensOut: number): number =>
  (tokensIn * prices.inPerMillion + tokensOut * prices.outPerMillion) / 1_000_000

const charactersPerToken = 4

/** For a server that does not count: better than nothing, since a budget must not be blind. */
export const roughTokens = (characters: number): number => Math.ceil(characters / charactersPerToken)
