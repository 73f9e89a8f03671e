import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { postgres } from './driver.ts'
import { isRunning, programName } from './running-process.ts'
import type { CommandUser } from './unprivileged-command.ts'

/** A folder with a cluster in `dataDir`, and who it belongs to. */
export type Cluster = { dir: string; dataDir: string; password: string; throwAway: boolean; user: CommandUser }
/** A server process; `child` is undefined for one that another process of ours started. */
export type Running = { pid: number; port: number; child: ChildProcess | undefined }

const readyDeadlineMs = 60_000
const stopDeadlineMs = 30_000
const largestLogBytes = 10 * 1024 * 1024

const alwaysSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
}
const throwAwaySettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/** What Postgres sees of the environment: nothing of ours, since PG* variables would be about other servers. */
export const serverEnv = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  TZ: 'UTC',
  LC_ALL: 'C',
}

export const urlOf = (port: number, password: string, database: string) =>
  `postgres://sonda:${password}@127.0.0.1:${port}/${database}`

export const connectOnce = (url: string) =>
  postgres(url, { max: 1, connect_timeout: 5, prepare: false, onnotice: () => {} })

/**
 * Starts a server on the port it had before, or on a free one, and waits until it answers.
 * @throws Error with the last lines of its log when it ended instead.
 */
export async function launch(
  program: string,
  cluster: Cluster,
  settings: Record<string, string>,
  signal?: AbortSignal,
): Promise<Running> {
  const { dir, dataDir, password, throwAway, user } = cluster
  const logPath = join(dir, 'postgres.log')
  if ((fs.statSync(logPath, { throwIfNoEntry: false })?.size ?? 0) > largestLogBytes) fs.truncateSync(logPath)
  const all = { ...alwaysSettings, ...(throwAway ? throwAwaySettings : {}), ...settings }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])

  for (let attempt = 1; ; attempt++) {
    const port = await choosePort(join(dir, 'port'))
    const logFd = fs.openSync(logPath, 'a', 0o600)
    const logStart = fs.fstatSync(logFd).size
    const [command = '', ...args] = [...user.prefix, program, '-D', dataDir, '-p', String(port), ...flags]
    const child = spawn(command, args, {
      ...user.ids,
      cwd: dir,
      env: serverEnv,
      detached: true,
      stdio: ['ignore', logFd, logFd],
    })
    fs.closeSync(logFd)
    child.unref()
    let failure: Error | undefined
    child.on('error', (error) => {
      failure = error
    })
    const hasEnded = () => failure !== undefined || child.exitCode !== null || child.signalCode !== null
    try {
      const isReady = await becomesReady(urlOf(port, password, 'postgres'), hasEnded, signal)
      if (isReady) return { pid: child.pid ?? 0, port, child }
    } catch (error) {
      if (child.pid) await stopServer({ pid: child.pid, port, child }, 'immediate')
      throw error
    }
    const said = fs.readFileSync(logPath).subarray(logStart).toString('utf8').trim()
    // Someone took the port between our look and the server's.
    if (attempt < 3 && /could not bind|address already in use/i.test(said)) continue
    const lastWords = failure?.message ?? said.split('\n').slice(-8).join('\n')
    throw new Error(`Postgres did not start; ${logPath} ends with:\n${lastWords}`)
  }
}

/** The server that a killed run left behind in this data folder, if it lives and answers to our password. */
export async function adopt({ dir, dataDir, password }: Cluster, signal?: AbortSignal): Promise<Running | undefined> {
  const pidPath = join(dataDir, 'postmaster.pid')
  if (!fs.existsSync(pidPath)) return undefined
  // The first line is the pid, the fourth the port (src/include/utils/pidfile.h).
  const lines = fs.readFileSync(pidPath, 'utf8').split('\n')
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  if (!(pid > 0) || !isRunning(pid)) return undefined
  if (programName(pid) !== 'postgres') {
    fs.rmSync(pidPath) // another program got the id, as after a container's restart; Postgres would refuse to start
    return undefined
  }
  const isReady = await becomesReady(urlOf(port, password, 'postgres'), () => !isRunning(pid), signal)
  if (!isReady) return undefined
  fs.writeFileSync(join(dir, 'port'), String(port))
  return { pid, port, child: undefined }
}

/** Asks the server to stop and waits until it has, sending SIGQUIT when it takes longer than 30 s. */
export async function stopServer(running: Running, mode: 'fast' | 'immediate'): Promise<void> {
  signalServer(running, mode === 'fast' ? 'SIGINT' : 'SIGQUIT')
  let deadline = Date.now() + stopDeadlineMs
  while (isAlive(running)) {
    if (Date.now() > deadline) {
      signalServer(running, 'SIGQUIT')
      deadline = Number.POSITIVE_INFINITY
    }
    await delay(10)
  }
}

export function signalServer(running: Running, name: NodeJS.Signals): void {
  if (isAlive(running)) process.kill(running.pid, name)
}

export const isAlive = ({ pid, child }: Running): boolean =>
  child ? child.exitCode === null && child.signalCode === null : programName(pid) === 'postgres'

/**
 * Ends a throw-away server and deletes its folder when this process ends, however it ends: the kernel closes the pipe
 * that the shell reads, also after SIGKILL. postmaster.pid is asked first, so that no later process with the same id is hit.
 */
export function watchParent(dir: string, pid: number): ChildProcess {
  const script = `
    cat >/dev/null
    [ "$(head -n 1 "$1/data/postmaster.pid")" = "$2" ] && kill -QUIT "$2"
    while kill -0 "$2"; do sleep 0.1; done
    rm -rf "$1"`
  const child = spawn('/bin/sh', ['-c', script, 'sonda-watchdog', dir, String(pid)], {
    cwd: '/',
    env: serverEnv,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.unref()
  const pipe = child.stdin as unknown as { unref(): void }
  pipe.unref()
  return child
}

/** Waits until the server answers a query: true, or false as soon as `hasEnded`. */
async function becomesReady(url: string, hasEnded: () => boolean, signal?: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + readyDeadlineMs
  for (;;) {
    signal?.throwIfAborted()
    if (hasEnded()) return false
    const sql = connectOnce(url)
    try {
      await sql`select 1`
      return true
    } catch (error) {
      // 28P01: another server has the port, or the password changed; waiting would not help.
      if (Date.now() > deadline || (error as { code?: string }).code === '28P01') throw error
    } finally {
      await sql.end({ timeout: 1 })
    }
    await delay(50, undefined, { signal })
  }
}

async function choosePort(path: string): Promise<number> {
  const before = fs.existsSync(path) ? Number(fs.readFileSync(path, 'utf8')) : 0
  const port = (before > 0 && before < 65_536 && (await portIfFree(before))) || (await portIfFree(0))
  if (!port) throw new Error('No free port on 127.0.0.1 for Postgres.')
  if (port !== before) fs.writeFileSync(path, String(port))
  return port
}

const portIfFree = (port: number): Promise<number | undefined> =>
  new Promise((settle) => {
    const server = createServer()
    server.once('error', () => settle(undefined))
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address()
      server.close(() => settle(typeof address === 'object' ? address?.port : undefined))
    })
  })
