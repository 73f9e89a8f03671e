import { readFileSync } from 'node:fs'

/**
 * One contender's run, in a process of its own that bench/crawl.mjs forks. `open(task)` loads the contender and returns
 * what reads all sites; its answer is passed on: at least `{ pages, textLength }`, both counted from what it brought back.
 */
export function contend(open) {
  let read
  process.on('message', async (message) => {
    try {
      if (message.task) {
        read = await open(message.task)
        process.send({ isReady: true })
        return
      }
      const startedMs = performance.now()
      const cpuBefore = process.cpuUsage()
      const counted = await read()
      const { user, system } = process.cpuUsage(cpuBefore)
      process.send({
        ...counted,
        seconds: (performance.now() - startedMs) / 1000,
        cpuSeconds: (user + system) / 1e6,
        peakMebibytes: peakMebibytes(),
      })
    } catch (error) {
      process.send({ error: error.stack ?? String(error) })
    }
  })
}

/** The most that was ever resident; see proc(5). */
const peakMebibytes = () => Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024
