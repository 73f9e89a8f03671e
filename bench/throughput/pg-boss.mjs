// pg-boss completes what a fetch brought in one statement, with each job's own output, and fetches again at once while
// there is more. Its maintenance is off during the run.

import { PgBoss } from 'pg-boss'
import postgres from 'postgres'
import { contend } from '../harness/contender.mjs'

const queue = 'noop'
const batchJobs = 10_000

contend(async ({ url, jobs, slots }) => {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false, max: 10 })
  boss.on('error', (error) => console.error(error))
  await boss.start()
  await boss.createQueue(queue)
  return {
    async enqueue() {
      const ids = []
      while (ids.length < jobs) {
        const length = Math.min(batchJobs, jobs - ids.length)
        const added = await boss.insert(
          queue,
          Array.from({ length }, (_job, n) => ({ data: { n: ids.length + n } })),
          { returnId: true },
        )
        ids.push(...added)
      }
      return ids
    },
    async start(onJob) {
      const options = {
        batchSize: slots,
        pollingIntervalSeconds: 0.5,
        burstWhenBatchFull: true,
        perJobResults: true,
      }
      await boss.work(queue, options, async (batch) =>
        batch.map(({ id, data: { n } }) => {
          onJob(id)
          return { id, status: 'completed', output: { n } }
        }),
      )
    },
    async readable(ids) {
      const [{ count }] = await sql`
        select count(*)::int from pgboss.job
        where name = ${queue} and id = any(${ids}::uuid[]) and state = 'completed' and output is not null`
      return count
    },
    async count() {
      const [{ count }] = await sql`
        select count(*)::int from pgboss.job where name = ${queue} and state = 'completed' and output is not null`
      return count
    },
    async close() {
      await boss.stop({ graceful: false })
      await sql.end()
    },
  }
})
