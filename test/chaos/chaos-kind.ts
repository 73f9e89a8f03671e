import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { Sql } from '../../src/db/connect.ts'
import { Failure } from '../../src/errors.ts'
import { defineKind, type JobContext, type Kind } from '../../src/kinds/define-kind.ts'

const input = z.strictObject({
  n: z.number(),
  /** How long it takes. */
  ms: z.number(),
  /** What it does after that; `deaf` ignores its signal, `hang` ignores it and never returns. */
  act: z.enum(['ok', 'deaf', 'kill', 'hang', 'fail-once']),
  /** Whether it completes in a transaction of its own, which writes into `completions`, or with the loop's next turn. */
  stores: z.boolean(),
})

export type ChaosInput = z.infer<typeof input>

/** A kind whose jobs do what their input says. */
export const chaosKind = (options: Partial<Kind<ChaosInput>> = {}): Kind<ChaosInput> =>
  defineKind<ChaosInput>({
    name: 'chaos',
    path: '/chaos',
    summary: 'A kind for chaos tests',
    input,
    example: { n: 1, ms: 0, act: 'ok', stores: false },
    subject: ({ n }) => String(n),
    maxAttempts: 3,
    timeoutSeconds: 60,
    loadHandler: async () => handle,
    ...options,
  })

async function handle({ n, ms, act, stores }: ChaosInput, context: JobContext) {
  const { jobId, signal, log } = context
  signal.addEventListener('abort', () => log.warn({}, 'chaos job aborted'))
  if (ms > 0) await wait(ms, undefined, act === 'deaf' || act === 'hang' ? {} : { signal })
  if (act === 'kill') process.kill(process.pid, 'SIGKILL')
  if (act === 'hang') await new Promise(() => {})
  if (act === 'fail-once' && (await attemptOf(context)) === 1) {
    throw new Failure('SITE_UNREACHABLE', 'Only the first time.', { retryAfterMs: 1_000 })
  }
  if (!stores) return { result: { n } }
  return {
    result: { n },
    async write(tx: Sql) {
      await tx`insert into completions (job_id, worker_pid) values (${jobId}, ${process.pid})`
      return []
    },
  }
}

/** Which try this is. The database may be away just now, which must not be what this try fails of. */
async function attemptOf({ sql, jobId, signal }: JobContext): Promise<number> {
  for (;;) {
    try {
      const [job] = await sql`select attempt from jobs where id = ${jobId}`
      return job!.attempt
    } catch {
      await wait(100, undefined, { signal })
    }
  }
}
