import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { killAtExit } from './kill-at-exit.mjs'

const readyDeadlineMs = 10_000

/** Undefined: there is no Redis on this machine. */
export function redisVersion() {
  const { status, stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' })
  return status === 0 ? /v=(\S+)/.exec(stdout)?.[1] : undefined
}

/**
 * A Redis that appends every write to its file and syncs it as `appendfsync` says, in a folder of its own. It does not
 * rewrite that file during the run, which is in its favour.
 */
export async function startRedis({ dir, appendfsync }) {
  const port = await freePort()
  const dataDir = join(dir, `redis-${appendfsync}`)
  mkdirSync(dataDir)
  const flags = { port, dir: dataDir, bind: '127.0.0.1', appendonly: 'yes', appendfsync, save: '' }
  const args = Object.entries({ ...flags, 'auto-aof-rewrite-percentage': 0, 'maxmemory-policy': 'noeviction' })
  const child = spawn(
    'redis-server',
    args.flatMap(([name, value]) => [`--${name}`, String(value)]),
    { stdio: 'ignore' },
  )
  killAtExit(child)
  const client = new Redis({ port, host: '127.0.0.1', lazyConnect: false, retryStrategy: () => 50 })
  client.on('error', () => {})
  const deadline = Date.now() + readyDeadlineMs
  while (client.status !== 'ready') {
    if (Date.now() > deadline || child.exitCode !== null) throw new Error('redis-server did not start')
    await wait(20)
  }
  return {
    port,
    empty: () => client.flushall(),
    async stop() {
      client.disconnect()
      child.kill('SIGTERM')
      if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
    },
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
