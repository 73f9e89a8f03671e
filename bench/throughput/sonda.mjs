// The engine as it runs in production: dist/worker/worker.js, its heartbeat, fence, hints and a log line at the start and
// the end of each job.

import postgres from 'postgres'
import { enqueueAll } from '../../dist/queue/enqueue.js'
import { contend } from '../harness/contender.mjs'
import { noopKind } from '../harness/noop-kind.mjs'
import { startWorkerOn } from '../harness/worker-process.mjs'

const batchJobs = 10_000

contend(async ({ url, jobs, slots, logLevel }) => {
  const sql = postgres(url, { max: 1 })
  let worker
  return {
    async enqueue() {
      const ids = []
      while (ids.length < jobs) {
        const length = Math.min(batchJobs, jobs - ids.length)
        const inputs = Array.from({ length }, (_item, n) => ({ n: ids.length + n }))
        const enqueued = await sql.begin((tx) => enqueueAll(tx, noopKind(), inputs))
        ids.push(...enqueued.map(({ id }) => id))
      }
      return ids
    },
    async start(onJob) {
      worker = await startWorkerOn({ url, kind: noopKind({ onJob }), slots, batchSize: slots, logLevel })
    },
    async readable(ids) {
      const [{ count }] = await sql`
        select count(*)::int from jobs where id = any(${ids}::uuid[]) and status = 'completed' and result is not null`
      return count
    },
    async count() {
      const [{ count }] = await sql`
        select count(*)::int from jobs where status = 'completed' and result is not null and claims = 1`
      return count
    },
    async close() {
      await worker.stop()
      await sql.end()
    },
  }
})
