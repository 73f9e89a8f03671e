import { run } from '../../db/queries.ts'
import type { JobContext } from '../define-kind.ts'

/** What the searches of one job have cost, in the provider's credits. */
export type SearchBill = {
  /** Adds a charge, and notes it in the database at once: the job's next try must know it, if this one fails. */
  charge(credits: number): void
  /** Over all tries of the job; never negative. */
  total(): number
  /** Resolves once every charge is noted, or cannot be. Never rejects. */
  noted(): Promise<void>
}

/** A query costs one, or a few: an answer that says more than this is wrong, and counts for nothing. */
const mostCredits = 1_000

/** Opens a job's bill with what its earlier tries have paid. */
export async function openSearchBill({
  sql,
  jobId,
  log,
}: Pick<JobContext, 'sql' | 'jobId' | 'log'>): Promise<SearchBill> {
  const [row] = await run<{ credits: number }>(sql, 'search_charge_find', [jobId])
  let total = row?.credits ?? 0
  const notes: Promise<unknown>[] = []
  return {
    charge(credits) {
      if (credits > mostCredits) return log.warn({ jobId, credits }, 'charge for a query not believed')
      total += credits
      const note = run(sql, 'search_charge_add', [jobId, credits])
      notes.push(note.catch((error) => log.warn({ jobId, error: (error as Error).message }, 'charge not noted')))
    },
    total: () => total,
    async noted() {
      await Promise.all(notes)
    },
  }
}
