import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgres } from '../../src/db/driver.ts'
import { until } from '../support/poll.ts'

/** Where Debian's package puts it is not in everybody's PATH. */
const programs = ['pgbouncer', '/usr/sbin/pgbouncer']
const program = programs.find((name) => spawnSync(name, ['--version']).status === 0)

export const hasPgbouncer = program !== undefined

/** Who it runs as when we are root, which it refuses to be. */
const nobody = 65_534

export type Pgbouncer = { url: string; stop(): Promise<void> }

/** A transaction pooler with few server connections in front of the database that `url` names. */
export async function startPgbouncer(url: string): Promise<Pgbouncer> {
  const target = new URL(url)
  const database = target.pathname.slice(1)
  const dir = mkdtempSync(join(tmpdir(), 'sonda-pgbouncer-'))
  const config = join(dir, 'pgbouncer.ini')
  const port = await freePort()
  writeFileSync(
    config,
    `[databases]
${database} = host=127.0.0.1 port=${target.port} dbname=${database} user=${target.username} password=${target.password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 8
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
`,
    { mode: 0o600 },
  )
  const isRoot = process.getuid?.() === 0
  if (isRoot) for (const path of [dir, config]) chownSync(path, nobody, nobody)
  const child = spawn(program!, ['-q', config], {
    stdio: 'ignore',
    cwd: '/',
    ...(isRoot ? { uid: nobody, gid: nobody } : {}),
  })
  const endWithUs = () => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  const pooled = new URL(url)
  pooled.port = String(port)
  await until('pgbouncer', () => answers(pooled.href, child), 10_000)
  return {
    url: pooled.href,
    async stop() {
      process.off('exit', endWithUs)
      const gone = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode === null && child.kill('SIGKILL')) await gone
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`pgbouncer ended with ${child.exitCode}`)
  const sql = postgres(url, { max: 1, prepare: false, connect_timeout: 2 })
  try {
    await sql`select 1`
    return true
  } catch {
    return false
  } finally {
    await sql.end({ timeout: 1 })
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
