import type { Sql } from '../db/connect.ts'
import { withPatience } from '../db/patience.ts'
import { gather } from './gather.ts'
import { getJobs, type Job } from './look-up.ts'

/** Bounds what a statement brings: results are tens of KiB. */
const atOnce = 500
const quietMs = 10
const spacingMs = 50

/** Reads jobs for many who ask at the same time, in at most 20 statements a second. */
export type JobReader = {
  /**
   * One job, whoever owns it; with `withChildren` its children are whole.
   * @throws a connection error, also when the database has not answered for `patienceMs`.
   */
  read(id: string, withChildren?: boolean): Promise<Job | undefined>
}

/** What marks a key as wanting the children whole; no UUID ends so. */
const mark = '+'

export function createJobReader(sql: Sql, { patienceMs }: { patienceMs: number }): JobReader {
  const read = gather<Job>(
    async (keys) => {
      const withChildren = keys.filter((key) => key.endsWith(mark)).map((key) => key.slice(0, -mark.length))
      const ids = [...new Set(keys.map((key) => (key.endsWith(mark) ? key.slice(0, -mark.length) : key)))]
      const jobs = await withPatience(getJobs(sql, ids, { withChildren }), patienceMs)
      return new Map(jobs.flatMap((job) => [[job.id, job] as const, [job.id + mark, job] as const]))
    },
    { quietMs, spacingMs, atOnce },
  )
  return { read: (id, withChildren = false) => read(id.toLowerCase() + (withChildren ? mark : '')) }
}
