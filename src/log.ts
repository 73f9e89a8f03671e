import { pino } from 'pino'

export type Log = {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Log
}

/**
 * One JSON object a line on standard output; readable columns where a person looks at a terminal.
 * `fields` (process kind, worker id) stand on every line.
 */
export function createLog(level: string, fields: object): Log {
  const options = {
    level,
    base: { pid: process.pid, ...fields },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return pino(options, pino.destination({ fd: 1, sync: true }))
}
