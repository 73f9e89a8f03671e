import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'

/** What the LLM is for this installation; `budgetDaily` in the currency of the prices. */
export type LlmSettings = { budgetDaily: number | undefined }

type Row = {
  day: string
  calls: number
  failed_calls: number
  tokens_in: number
  tokens_out: number
  latency_ms: number
  cost: number
  next_day_at: Date
}

/** What the LLM was used for today (UTC) over the whole fleet, and whether the day's money is spent. */
export async function llmSpending(sql: Sql, { budgetDaily }: LlmSettings) {
  const [row] = await run<Row>(sql, 'llm_usage_today', [])
  const { next_day_at: nextDayAt, latency_ms: latencyMs, ...today } = row!
  return {
    ...today,
    latency_ms: Math.round(latencyMs),
    budget_daily: budgetDaily ?? null,
    is_budget_spent: budgetDaily !== undefined && today.cost >= budgetDaily,
    next_day_at: nextDayAt.toISOString(),
  }
}
