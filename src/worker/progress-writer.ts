import type { Pool } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import type { Progress } from '../kinds/define-kind.ts'
import { storableJson } from '../queue/storable.ts'
import type { Claim } from '../queue/turn.ts'

/** A person polls every second or so; more often than this, a report only costs. */
const atMostEveryMs = 500

/**
 * Writes a job's progress, the newest report only and at most twice a second. Reports that cannot be written are
 * forgotten. `onLost`: the job is no longer this worker's.
 */
export function createProgressWriter(
  pool: Pool,
  { workerId, claim, onLost }: { workerId: string; claim: Claim; onLost(): void },
): { report(progress: Progress): void; stop(): void } {
  let newest: Progress | undefined
  let timer: NodeJS.Timeout | undefined
  let lastMs = 0
  let isWriting = false
  let isStopped = false

  async function write() {
    timer = undefined
    if (isStopped || isWriting || newest === undefined) return
    const progress = newest
    newest = undefined
    isWriting = true
    lastMs = Date.now()
    try {
      const parameters = [workerId, claim.id, claim.claims, storableJson(progress)]
      const rows = await run(pool, 'job_report_progress', parameters)
      if (rows.length === 0 && !isStopped) onLost()
    } catch {
      // Progress is a courtesy; the job goes on.
    } finally {
      isWriting = false
      plan()
    }
  }

  function plan() {
    if (isStopped || timer || isWriting || newest === undefined) return
    timer = setTimeout(write, Math.max(0, lastMs + atMostEveryMs - Date.now()))
  }

  return {
    report(progress) {
      newest = progress
      plan()
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
