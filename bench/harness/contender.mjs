import { setTimeout as wait } from 'node:timers/promises'

const pollMs = 1
const deadlineMs = 300_000

/**
 * One contender's run, in a process of its own that bench/throughput.mjs forks. `open(task)` brings the contender up and
 * returns `{ enqueue, start, readable, count, close }`:
 *
 * - `enqueue()` puts all jobs in and returns their ids; not timed.
 * - `start(onJob)` begins to claim, and calls `onJob(id)` inside the handler of each job; the clock starts with it.
 * - `readable(ids)` says how many of these have a result that can be read by id, from a job that is over. The clock stops
 *   when the last jobs that were handled have one.
 * - `count()` says how many results there are at the end. A contender that lost one has not run.
 */
export function contend(open) {
  process.on('message', async (message) => {
    try {
      if (message.task) await prepare(message.task)
      else await race()
    } catch (error) {
      process.send({ error: error.stack ?? String(error) }, () => process.exit(1))
    }
  })

  let contender
  let ids
  let task
  async function prepare(given) {
    task = given
    contender = await open(task)
    ids = await contender.enqueue()
    process.send({ isPrepared: true })
  }

  async function race() {
    const last = []
    let handled = 0
    let onLast
    const allHandled = new Promise((resolve) => {
      onLast = resolve
    })
    // Which of the last are written last is unknown: all that can still be under way are asked for.
    const stillOpen = Math.min(task.jobs, task.slots * 3)
    const impatient = setTimeout(() => {
      process.send({ error: `${handled} of ${task.jobs} jobs in ${deadlineMs / 1000} s` }, () => process.exit(1))
    }, deadlineMs)
    const startedMs = performance.now()
    const usageBefore = process.cpuUsage()
    await contender.start((id) => {
      handled += 1
      if (handled > task.jobs - stillOpen) last.push(id)
      if (handled === task.jobs) onLast()
    })
    await allHandled
    while ((await contender.readable(last)) < last.length) await wait(pollMs)
    const seconds = (performance.now() - startedMs) / 1000
    const usage = process.cpuUsage(usageBefore)
    clearTimeout(impatient)
    await verify()
    await contender.close()
    process.send({ seconds, cpuSeconds: (usage.user + usage.system) / 1e6 }, () => process.exit(0))
  }

  async function verify() {
    const count = await contender.count()
    if (count !== task.jobs) throw new Error(`${count} results for ${task.jobs} jobs`)
    const sample = ids.filter((_id, n) => n % Math.ceil(ids.length / 1000) === 0)
    const found = await contender.readable(sample)
    if (found !== sample.length) throw new Error(`${found} of ${sample.length} results can be read by id`)
  }
}
