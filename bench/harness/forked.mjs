import { fork } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { killAtExit } from './kill-at-exit.mjs'

/**
 * A module of the benchmark in a process of its own. What it prints goes nowhere, at the cost of writing it. `next()` is
 * its next message; it throws when the process reports an error or ends instead.
 */
export function forked(module, { env = {}, args = [] } = {}) {
  const nowhere = openSync(devNull, 'w')
  const child = fork(fileURLToPath(module), args, {
    stdio: ['ignore', nowhere, 'inherit', 'ipc'],
    execArgv: [],
    env: { ...process.env, ...env },
  })
  closeSync(nowhere)
  killAtExit(child)
  const messages = []
  const waiting = []
  const deliver = (message) => {
    const taker = waiting.shift()
    if (taker) taker(message)
    else messages.push(message)
  }
  child.on('message', deliver)
  child.on('exit', (code) => deliver({ error: `ended with exit code ${code}` }))
  return {
    pid: child.pid,
    send: (message) => child.send(message),
    async next() {
      const message = messages.shift() ?? (await new Promise((resolve) => waiting.push(resolve)))
      if (message.error) throw new Error(`${basename(module.pathname)}: ${message.error}`)
      return message
    },
    kill: () => child.kill('SIGKILL'),
  }
}
