import type { LlmUsage } from '../llm/usage.ts'

/** What was used of the LLM, as results show it. `cost` is in the currency of the prices; absent: no prices are set. */
export type UsageFields = { tokens_in: number; tokens_out: number; calls: number; latency_ms: number; cost?: number }

/** As a result shows it. */
export const usageFields = ({ tokensIn, tokensOut, calls, latencyMs, cost }: LlmUsage): UsageFields => ({
  tokens_in: tokensIn,
  tokens_out: tokensOut,
  calls,
  latency_ms: Math.round(latencyMs),
  ...(cost !== undefined && { cost }),
})
