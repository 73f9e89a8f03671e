import type { Pool } from '../../db/connect.ts'
import type { AnyKind } from '../../kinds/define-kind.ts'
import type { KindPaces } from '../../queue/kind-pace.ts'
import type { Job } from '../../queue/look-up.ts'
import { type LlmSettings, llmSpending } from '../llm-spending.ts'
import { cachedFor } from './cached-for.ts'
import { callbacksView } from './callbacks-view.ts'
import { jobView, kindsOf } from './job-view.ts'

/** Ten thousand who wait for profiles do not ask ten thousand times what was spent. */
const spendingMs = 500

export type JobAnswerOptions = { origin: string; untilChildren: boolean; includeChildren: boolean }

/** Makes the answer of `GET /jobs/:id` out of a job. */
export function createJobAnswer({
  pool,
  kinds,
  llm,
  pacesOf,
}: {
  pool: Pool
  kinds: readonly AnyKind[]
  llm?: LlmSettings | undefined
  pacesOf(kinds: Iterable<string>): Promise<KindPaces>
}) {
  const spending = llm && cachedFor(spendingMs, () => llmSpending(pool, llm))

  /** What holds up a job that could start otherwise. */
  const waitsFor = async ({ kind, status }: Job) => {
    const mayWait = status === 'queued' && kinds.some(({ name, waitsForBudget }) => name === kind && waitsForBudget)
    if (!mayWait || !spending || llm.budgetDaily === undefined) return null
    const { is_budget_spent: isSpent, next_day_at: until } = await spending()
    return isSpent ? { reason: 'llm_budget' as const, until } : null
  }

  return async (job: Job, { origin, ...options }: JobAnswerOptions) => {
    const isQueued = [job, ...(job.children ?? [])].some(({ status }) => status === 'queued')
    const paces = isQueued ? await pacesOf(kindsOf(job)) : new Map()
    const callbacks = callbacksView(job.callbacks)
    return { ...jobView(job, origin, { ...options, paces }), waits_for: await waitsFor(job), callbacks }
  }
}

export type JobAnswer = ReturnType<typeof createJobAnswer>
