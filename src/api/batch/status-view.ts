import { z } from '@hono/zod-openapi'
import { percentDone, secondsLeft } from '../../queue/batch-progress.ts'
import { type Batch, isOver } from '../../queue/batches.ts'
import { callbackSchema, callbacksView } from '../job/callbacks-view.ts'

const count = z.int().min(0)
const leastPollSeconds = 2
const mostPollSeconds = 30
/** Where nothing says how long it will take. */
const usualPollSeconds = 5

const summaryShape = {
  batch_id: z.uuid(),
  kind: z.string(),
  created_at: z.iso.datetime(),
  ended_at: z.iso
    .datetime()
    .nullable()
    .meta({ description: 'When the last job was seen to have ended; null while one is live.' }),
  terminal: z.boolean().meta({ description: 'All its jobs have ended, and those that they enqueued.' }),
  lines: count.meta({ description: 'The sum of the next three.' }),
  accepted: count,
  duplicates: count.meta({ description: 'Another line, or a job that was live already, stands for the company.' }),
  invalid: count,
  counts: z
    .record(
      z.string(),
      z.object({ total: count, queued: count, running: count, completed: count, failed: count, cancelled: count }),
    )
    .meta({ description: 'Its jobs by kind: `discovery`, and `profile` as discoveries leave some behind.' }),
  status_url: z.url(),
  results_url: z.url(),
  report_url: z.url().meta({ description: 'What became of each line when it was sent.' }),
}

/** A batch in a list. */
export const batchSummarySchema = z.object(summaryShape).openapi('BatchSummary')

/** A batch by itself. */
export const batchSchema = z
  .object({
    ...summaryShape,
    progress: z.object({
      percent: z
        .int()
        .min(0)
        .max(100)
        .meta({ description: 'Of all jobs, with the profiles that discoveries still to end are likely to leave.' }),
      stages: z
        .array(z.object({ kind: z.string(), stage: z.string().nullable(), jobs: count }))
        .meta({ description: 'What the running jobs do; null: they have just begun.' }),
    }),
    eta_seconds: count
      .nullable()
      .meta({ description: 'If it goes on as in the last minutes; null: too little has ended lately to say.' }),
    poll_after_seconds: z.int().min(0).max(mostPollSeconds),
    callbacks: z.array(callbackSchema),
  })
  .openapi('Batch')

/** A batch as lists show it. `origin` is where the caller reaches this server. */
export function batchSummaryView(batch: Batch, origin: string): z.input<typeof batchSummarySchema> {
  const { lines, duplicates, invalid, ended_at: endedAt } = batch
  const url = `${origin}/v2/batches/${batch.id}`
  return {
    batch_id: batch.id,
    kind: batch.kind,
    created_at: batch.created_at.toISOString(),
    ended_at: endedAt?.toISOString() ?? null,
    terminal: isTerminalBatch(batch),
    lines,
    accepted: lines - duplicates - invalid,
    duplicates,
    invalid,
    counts: Object.fromEntries(batch.counts),
    status_url: url,
    results_url: `${url}/results`,
    report_url: `${url}/report`,
  }
}

/** A batch as `GET /v2/batches/:id` shows it: how far it is, and no results. */
export function batchView(batch: Batch, origin: string): z.input<typeof batchSchema> & { poll_after_seconds: number } {
  const isTerminal = isTerminalBatch(batch)
  const etaSeconds = isTerminal ? 0 : secondsLeft(batch.counts, batch.endings, batch.kind)
  return {
    ...batchSummaryView(batch, origin),
    progress: {
      percent: isTerminal ? 100 : percentDone(batch.counts, batch.kind),
      stages: batch.running.map(stageView),
    },
    eta_seconds: etaSeconds,
    poll_after_seconds: isTerminal ? 0 : pollAfterSeconds(etaSeconds),
    callbacks: callbacksView(batch.callbacks),
  }
}

const stageView = ({ kind, stage, jobs }: Batch['running'][number]) => ({ kind, stage, jobs })

/** The mark and the counts: a retry may be newer than the mark. */
export const isTerminalBatch = (batch: Batch): boolean => batch.ended_at !== null && isOver(batch)

/** A tenth of what is left: seldom enough for large batches, and not much too late for any. */
const pollAfterSeconds = (etaSeconds: number | null): number =>
  etaSeconds === null
    ? usualPollSeconds
    : Math.min(mostPollSeconds, Math.max(leastPollSeconds, Math.ceil(etaSeconds / 10)))
