import type { Pool } from '../db/connect.ts'
import { withPatience } from '../db/patience.ts'
import { run } from '../db/queries.ts'
import type { Log } from '../log.ts'

const checkEveryMs = 3_000
const patienceMs = 20_000

/** Whether the day's money for the LLM is spent, over the whole fleet. */
export type Budget = {
  /** True as well as long as nobody knows: before the first answer of the database. */
  isSpent(): boolean
  stop(): void
}

/**
 * Looks every three seconds what today's calls have cost (`llm_usage`, days are UTC). Calls under way and what processes
 * have not written yet (two seconds of calls) come on top of the budget. While the database is away the last answer holds.
 */
export async function watchBudget({
  pool,
  daily,
  log,
  everyMs = checkEveryMs,
}: {
  pool: Pool
  /** In the currency of the prices. */
  daily: number
  log: Pick<Log, 'info' | 'warn' | 'debug'>
  everyMs?: number
}): Promise<Budget> {
  let isSpent: boolean | undefined
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  async function check(): Promise<void> {
    try {
      const [today] = await withPatience(
        run<{ cost: number; next_day_at: Date }>(pool, 'llm_usage_today', []),
        patienceMs,
      )
      const { cost, next_day_at: nextDayAt } = today!
      const wasSpent = isSpent
      isSpent = cost >= daily
      const figures = { cost, budget: daily, nextDayAt: nextDayAt.toISOString() }
      if (isSpent && !wasSpent) log.warn(figures, 'LLM_BUDGET_DAILY is spent; nothing that needs it is begun today')
      if (!isSpent && wasSpent) log.info(figures, 'a new LLM_BUDGET_DAILY; going on')
    } catch (error) {
      log.debug({ error: (error as Error).message }, 'LLM budget not checked')
    }
    if (!isStopped) timer = setTimeout(check, everyMs)
  }

  await check()
  return {
    isSpent: () => isSpent ?? true,
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
