import { withPatience } from '../db/patience.ts'
import type { Log } from '../log.ts'

/** For one round; then the next is planned, whatever has become of it. */
const patienceMs = 20_000

/** Runs `work` again and again, `everyMs` with a tenth of jitter after it has ended. A failure is logged, and it goes on. */
export function every(everyMs: number, work: () => Promise<void>, log: Log): () => void {
  let timer: NodeJS.Timeout
  let isStopped = false
  const plan = () => {
    timer = setTimeout(round, everyMs * (0.95 + Math.random() / 10))
  }
  const round = async () => {
    await withPatience(work(), patienceMs).catch((error: Error) =>
      log.debug({ error: error.message }, `${work.name} failed`),
    )
    if (!isStopped) plan()
  }
  plan()
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}
