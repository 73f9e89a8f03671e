import type { Sql } from '../../db/connect.ts'
import { run } from '../../db/queries.ts'
import { storableJson, storableText } from '../../queue/storable.ts'
import type { SearchCache } from '../../search/search.ts'
import type { SearchResult } from '../../search/search-provider.ts'

/**
 * Search answers as they are kept in the database, for the whole fleet: good for `days`, an empty one for one. With 0
 * days there is no cache.
 *
 * @param sql a pool, and no job's transaction: what has been paid for is kept even if the job fails
 */
export function createSearchAnswers(sql: Sql, days: number): SearchCache | null {
  if (days === 0) return null
  return {
    async find(queries) {
      const rows = await run<{ query: string; results: SearchResult[] }>(sql, 'search_answer_find', [queries, days])
      return new Map(rows.map(({ query, results }) => [query, results]))
    },
    async store(answers) {
      const byQuery = new Map(answers.map((answer) => [storableText(answer.query), answer]))
      const sorted = [...byQuery].sort(([one], [other]) => (one < other ? -1 : 1))
      await run(sql, 'search_answer_store', [
        sorted.map(([query]) => query),
        sorted.map(([, { results }]) => storableJson(results)),
        sorted.map(([, { results }]) => results.length),
        sorted.map(([, { provider }]) => provider),
      ])
    },
  }
}
