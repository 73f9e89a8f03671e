// BullMQ on Redis: as many jobs at once as there are slots; what the processor returns is kept with the job.

import { Queue, Worker } from 'bullmq'
import { contend } from '../harness/contender.mjs'

const batchJobs = 5_000

contend(async ({ redisPort, jobs, slots }) => {
  const connection = { host: '127.0.0.1', port: redisPort, maxRetriesPerRequest: null }
  const queue = new Queue('noop', { connection, defaultJobOptions: { removeOnComplete: false } })
  let worker
  return {
    async enqueue() {
      const ids = []
      while (ids.length < jobs) {
        const length = Math.min(batchJobs, jobs - ids.length)
        const specs = Array.from({ length }, (_spec, n) => ({ name: 'noop', data: { n: ids.length + n } }))
        const added = await queue.addBulk(specs)
        ids.push(...added.map(({ id }) => id))
      }
      return ids
    },
    async start(onJob) {
      const processor = async ({ id, data: { n } }) => {
        onJob(id)
        return { n }
      }
      worker = new Worker('noop', processor, { connection, concurrency: slots, removeOnComplete: { count: -1 } })
      worker.on('error', (error) => console.error(error))
    },
    async readable(ids) {
      const found = await Promise.all(ids.map((id) => queue.getJob(id)))
      return found.filter((job) => job?.finishedOn && job.returnvalue?.n !== undefined).length
    },
    count: () => queue.getCompletedCount(),
    async close() {
      await worker.close()
      await queue.close()
    },
  }
})
