import { createJobReader, type JobReader } from '../../queue/job-reader.ts'
import { createJobWatch, type JobWatch } from '../../queue/job-watch.ts'
import { createKindPaces, type KindPaces } from '../../queue/kind-pace.ts'
import type { AppContext } from '../app.ts'
import { createJobAnswer, type JobAnswer } from './job-answer.ts'

/** What the routes that show jobs share, so that however many ask, the database is asked a few times a second. */
export type JobReading = {
  reader: JobReader
  watch: JobWatch
  pacesOf(kinds: Iterable<string>): Promise<KindPaces>
  answerWith: JobAnswer
  patienceMs: number
}

export function createJobReading(
  { pool, kinds, llm, log, stopping }: Pick<AppContext, 'pool' | 'kinds' | 'llm' | 'log' | 'stopping'>,
  patienceMs: number,
): JobReading {
  const onError = (error: Error) =>
    log.warn({ error: error.message }, 'jobs that are waited for could not be looked at')
  const pacesOf = createKindPaces(pool)
  return {
    reader: createJobReader(pool, { patienceMs }),
    watch: createJobWatch(pool, { patienceMs, stopping, onError }),
    pacesOf,
    answerWith: createJobAnswer({ pool, kinds, llm, pacesOf }),
    patienceMs,
  }
}
