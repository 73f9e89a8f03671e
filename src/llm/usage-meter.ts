import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Pool } from '../db/connect.ts'
import { withPatience } from '../db/patience.ts'
import { run } from '../db/queries.ts'
import type { Log } from '../log.ts'
import { addUsage, type LlmCall, type LlmUsage, noUsage } from './usage.ts'

/** What a process that is killed has not written yet is lost: at most so much. */
const writeEveryMs = 2_000
const patienceMs = 20_000
const retryMs = 500

type Sums = { models: Map<string, LlmUsage & { failedCalls: number }>; jobs: Map<string, LlmUsage> }

/** Sums up calls by day and model and by job, in the database, for the whole fleet. */
export type UsageMeter = {
  record(call: LlmCall): void
  /** Writes what is left, as long as it takes: the caller bounds it. */
  close(): Promise<void>
}

/**
 * Writes what calls used to `llm_usage` and `llm_job_usage`: two seconds of calls in one statement. While the database is
 * away the sums grow in memory. A batch has a number, so that one whose answer was lost is sent again and counts once.
 */
export function createUsageMeter({
  pool,
  log,
  everyMs = writeEveryMs,
}: {
  pool: Pool
  log: Pick<Log, 'debug'>
  everyMs?: number
}): UsageMeter {
  const writer = randomUUID()
  let batch = 0
  let sums = nothing()
  let writing: Promise<void> | undefined
  let hurry = new AbortController()

  async function write(): Promise<void> {
    while (sums.models.size > 0) {
      await wait(everyMs, undefined, { signal: hurry.signal }).catch(() => {})
      const sent = sums
      sums = nothing()
      batch += 1
      if (batch === 1) await run(pool, 'llm_usage_forget_writers', []).catch(() => {})
      while (!(await send(sent))) await wait(retryMs)
    }
    writing = undefined
  }

  async function send(sent: Sums): Promise<boolean> {
    try {
      await withPatience(run(pool, 'llm_usage_add', [writer, batch, ...columnsOf(sent)]), patienceMs)
      return true
    } catch (error) {
      log.debug({ error: (error as Error).message }, 'llm usage not written; will try again')
      return false
    }
  }

  return {
    record(call) {
      const ofModel = sums.models.get(call.model) ?? { ...noUsage(undefined), failedCalls: 0 }
      sums.models.set(call.model, ofModel)
      addUsage(ofModel, call)
      if (call.isFailed) ofModel.failedCalls += 1
      if (call.jobId !== undefined) {
        const ofJob = sums.jobs.get(call.jobId) ?? noUsage(undefined)
        sums.jobs.set(call.jobId, ofJob)
        addUsage(ofJob, call)
      }
      writing ??= write()
    },
    async close() {
      while (writing) {
        hurry.abort()
        await writing
      }
      hurry = new AbortController()
    },
  }
}

const nothing = (): Sums => ({ models: new Map(), jobs: new Map() })

/** Sorted, so that two processes that add to the same rows do not wait for each other. */
function columnsOf({ models, jobs }: Sums): (string | number)[][] {
  const byModel = [...models].sort(byKey)
  const byJob = [...jobs].sort(byKey)
  const usages = byModel.map(([, usage]) => usage)
  return [
    byModel.map(([model]) => model),
    usages.map(({ calls }) => calls),
    usages.map(({ failedCalls }) => failedCalls),
    ...countsOf(usages),
    byJob.map(([jobId]) => jobId),
    byJob.map(([, { calls }]) => calls),
    ...countsOf(byJob.map(([, usage]) => usage)),
  ]
}

const countsOf = (usages: readonly LlmUsage[]): number[][] => [
  usages.map(({ tokensIn }) => tokensIn),
  usages.map(({ tokensOut }) => tokensOut),
  usages.map(({ latencyMs }) => latencyMs),
  usages.map(({ cost }) => cost ?? 0),
]

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0)
