import { createRequire } from 'node:module'
import { pino } from 'pino'

/** More than this in one round is written within it. */
const mostHeldCharacters = 16_000
const errorLevel = pino.levels.values.error!

export type Log = {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Log
}

/**
 * One JSON object a line on standard output; readable lines where a person looks at a terminal. `fields` (which process)
 * stand on every line.
 *
 * Lines of the same round of the event loop are written together, before the next one begins: one at a time cost up to
 * 61 µs each on a pipe. An error is written at once, and so is what is left when the process ends; writing without
 * waiting lost the last line, which says why, when another was still on its way.
 */
export function createLog(level: string, fields: object): Log {
  const options = {
    level,
    base: { pid: process.pid, ...fields },
    timestamp,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return pino(options, process.stdout.isTTY ? prettyStream() : roundByRound())
}

const endings: (() => void)[] = []
process.on('exit', () => {
  for (const end of endings) end()
})

function roundByRound() {
  // Not sonic-boom's own holding back: what empties it also has the disk written each time, where the log is a file.
  const output = pino.destination({ fd: 1, sync: true })
  let held = ''
  let isPlanned = false
  const flush = () => {
    const lines = held
    held = ''
    isPlanned = false
    if (lines !== '') output.write(lines)
  }
  endings.push(flush)
  return {
    [Symbol.for('pino.metadata')]: true, // asks pino to say the level of each line
    lastLevel: 0,
    write(line: string) {
      held += line
      if (this.lastLevel >= errorLevel || held.length > mostHeldCharacters) return flush()
      if (isPlanned) return
      isPlanned = true
      setImmediate(flush)
    },
  }
}

let lastMs = 0
let lastTimestamp = ''
/** Jobs end many in a millisecond. */
function timestamp(): string {
  const nowMs = Date.now()
  if (nowMs !== lastMs) {
    lastMs = nowMs
    lastTimestamp = `,"time":"${new Date(nowMs).toISOString()}"`
  }
  return lastTimestamp
}

/** Loaded only where someone looks: a worker in a container does without it. */
function prettyStream(): NodeJS.WritableStream {
  const pretty = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty')
  return pretty({
    sync: true,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,process',
    messageFormat: '{process}: {msg}',
  })
}
