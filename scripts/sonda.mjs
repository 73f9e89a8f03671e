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

const args = [join(root, 'dist/main/cli.js'), ...process.argv.slice(2)]
const child = spawn(join(root, 'node_modules/.bin/node'), args, { stdio: 'inherit' })
// Ctrl-C reaches the command as well, from the terminal; what comes to this process alone is passed on.
process.on('SIGINT', () => {})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  console.error(`sonda: ${error.message}`)
  process.exit(1)
})
child.on('exit', (code) => process.exit(code ?? 1))
