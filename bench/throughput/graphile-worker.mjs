// graphile-worker deletes a job that is done and keeps no result, so the task writes a status row that the caller could
// read by id, one statement a job: it has nothing that would collect them. What it can batch, it does: jobs come by
// `localQueue` and are completed in batches, as its documentation on performance advises.

import { run } from 'graphile-worker'
import postgres from 'postgres'
import { contend } from '../harness/contender.mjs'

const batchJobs = 10_000

contend(async ({ url, jobs, slots }) => {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  let runner
  const preset = {
    worker: {
      connectionString: url,
      concurrentJobs: slots,
      maxPoolSize: slots + 2,
      localQueue: { size: slots },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
    },
  }
  return {
    async enqueue() {
      await sql`create table job_status (
        id bigint primary key, status text not null, result json, finished_at timestamptz)`
      const { makeWorkerUtils } = await import('graphile-worker')
      const workerUtils = await makeWorkerUtils({ connectionString: url })
      await workerUtils.migrate()
      const ids = []
      while (ids.length < jobs) {
        const length = Math.min(batchJobs, jobs - ids.length)
        const specs = Array.from({ length }, (_spec, n) => ({ identifier: 'noop', payload: { n: ids.length + n } }))
        const added = await workerUtils.addJobs(specs)
        ids.push(...added.map(({ id }) => id))
      }
      await workerUtils.release()
      return ids
    },
    async start(onJob) {
      const noop = async ({ n }, { job, withPgClient }) => {
        await withPgClient((client) =>
          client.query({
            name: 'write-status',
            text: `insert into job_status (id, status, result, finished_at) values ($1, 'completed', $2, now())
              on conflict (id) do update set status = excluded.status, result = excluded.result, finished_at = now()`,
            values: [job.id, JSON.stringify({ n })],
          }),
        )
        onJob(job.id)
      }
      runner = await run({ preset, taskList: { noop }, noHandleSignals: true })
    },
    async readable(ids) {
      const [{ count }] = await sql`
        select count(*)::int from job_status s
        where id = any(${ids}::bigint[]) and status = 'completed' and result is not null
          and not exists (select from graphile_worker._private_jobs j where j.id = s.id)`
      return count
    },
    async count() {
      const [{ count }] = await sql`select count(*)::int from job_status where result is not null`
      return count
    },
    async close() {
      await runner.stop()
      await sql.end()
    },
  }
})
