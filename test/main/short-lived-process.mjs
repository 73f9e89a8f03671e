// Notes when it was started, in ms, says that it is up, and ends: `node short-lived-process.mjs <file> <how>`.
import { appendFileSync } from 'node:fs'

const [file, how] = process.argv.slice(2)
appendFileSync(file, `${Date.now()}\n`)
process.send({ ready: 1 })
if (how === 'after its jobs') process.send({ hasRunItsJobs: true })
process.disconnect()
