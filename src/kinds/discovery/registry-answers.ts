import type { CertainAnswer, RegistryCache } from '../../cnpj/registry.ts'
import type { RegistryRecord } from '../../cnpj/registry-record.ts'
import type { Pool } from '../../db/connect.ts'
import { run } from '../../db/queries.ts'
import type { Log } from '../../log.ts'
import { storableJson } from '../../queue/storable.ts'

/** A company that nobody knows may be new: it is asked for again the next day. */
const notFoundDays = 1

type Row = { record: RegistryRecord | null; sources: string[] }

/**
 * The registries' answers, kept in the database: records for `recordDays`, "not found" for a day. They are written at
 * once, outside the job's transaction, so that a job's next try does not ask again.
 */
export function createRegistryAnswers(
  pool: Pool,
  { recordDays, log }: { recordDays: number; log: Log },
): RegistryCache {
  return {
    async find(cnpj) {
      const [row] = await run<Row>(pool, 'registry_answer_find', [cnpj, recordDays, Math.min(notFoundDays, recordDays)])
      if (!row) return undefined
      return row.record ? { found: true, record: row.record } : { found: false, sources: row.sources }
    },
    async store(cnpj, answer) {
      try {
        await run(pool, 'registry_answer_store', [cnpj, ...columnsOf(answer)])
      } catch (error) {
        log.warn({ cnpj, error: (error as Error).message }, 'registry answer not kept')
      }
    },
  }
}

const columnsOf = (answer: CertainAnswer): [string | null, string[], string] =>
  answer.found
    ? [storableJson(answer.record), [answer.record.source], answer.record.fetched_at]
    : [null, answer.sources, new Date().toISOString()]
