#!/usr/bin/env node
// The `sonda` command of a checkout: `npx sonda …`. It makes the checkout ready if it is not, then runs the command on
// the Node that the checkout pins. Like setup.mjs it must work on Node 20 with nothing installed.

import { spawn, spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

// In a process of its own: what setting up says goes to standard error, since standard output is the command's.
const { status } = spawnSync(process.execPath, [join(root, 'scripts/setup.mjs')], { stdio: ['ignore', 2, 2] })
if (status !== 0) process.exit(1)

const node = join(root, 'node_modules/.bin/node')
const args = [join(root, 'dist/main/cli.js'), ...process.argv.slice(2)]
// This process becomes the command: whatever is done to it, kill -9 too, is done to the command.
if (process.execve && process.platform !== 'win32') process.execve(node, [node, ...args], process.env)
else startCommand()

/** On a Node older than 22.15 the command is a child, which ends when the channel between the two breaks. */
function startCommand() {
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  // Ctrl-C reaches the command from the terminal as well; it takes both for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`sonda: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code)
    // Ends as the command did, so that whoever waits for it sees the same.
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
