import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { postgres } from '../../src/db/driver.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { embeddedUrl } from '../../src/db/embedded-url.ts'
import { isRunning } from '../../src/db/running-process.ts'

const settings = { fsync: 'off' }

describe('a server in a folder with the remains of an interrupted start', () => {
  const dir = makeFolder()
  const otherProgram = createServer()
  let takenPort: number
  let server: EmbeddedPostgres

  beforeAll(async () => {
    await once(otherProgram.listen(0, '127.0.0.1'), 'listening')
    takenPort = (otherProgram.address() as { port: number }).port
    writeFileSync(join(dir, 'port'), String(takenPort))
    writeFileSync(join(dir, 'lock'), `${process.ppid} started-long-ago\n`)
    mkdirSync(join(dir, 'data.new'))
    writeFileSync(join(dir, 'data.new/PG_VERSION'), '18\n')
    server = await startEmbeddedPostgres({ dir, settings: { ...settings, max_connections: '37' } })
  })

  afterAll(async () => {
    await server.stop()
    otherProgram.close()
    removeFolder(dir)
  })

  test('runs on a cluster made anew', async () => {
    expect(existsSync(join(dir, 'data.new'))).toBe(false)
    expect(await query(server.url, 'select current_database() as name')).toEqual([{ name: 'sonda' }])
  })

  test('can be found by other processes from its folder, while it runs', async () => {
    expect(embeddedUrl(dir)).toBe(server.url)
  })

  test('takes over the lock of a process that is gone, even when another process has its id', () => {
    expect(readFileSync(join(dir, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} `))
  })

  test('chooses a new port when another program has the remembered one, and remembers the new one', () => {
    expect(server.port).not.toBe(takenPort)
    expect(readFileSync(join(dir, 'port'), 'utf8')).toBe(String(server.port))
  })

  test('lets nobody in without the password, which only the owner can read', async () => {
    expect(statSync(join(dir, 'password')).mode & 0o777).toBe(0o600)
    expect(new URL(server.url).password).toBe(readFileSync(join(dir, 'password'), 'utf8'))
    const guess = new URL(server.url)
    guess.password = 'guess'
    await expect(query(guess.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  })

  test('speaks UTF-8, listens on loopback only, and takes the settings that it is given', async () => {
    const names = ['server_encoding', 'listen_addresses', 'unix_socket_directories', 'max_connections']
    const values = await query(server.url, `select ${names.map((name) => `current_setting('${name}') as ${name}`)}`)
    expect(values).toEqual([
      { server_encoding: 'UTF8', listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '37' },
    ])
  })

  test('does not share its folder: a second start names the process that runs there', async () => {
    await expect(startEmbeddedPostgres({ dir, settings })).rejects.toThrow(
      `Sonda is already running in this folder (pid ${process.pid}).`,
    )
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

describe('a server and its folder', () => {
  let dir: string
  beforeEach(() => {
    dir = makeFolder()
  })
  afterEach(() => removeFolder(dir))

  test('keep what was committed through either kind of stop, under the same address', async () => {
    const first = await startEmbeddedPostgres({ dir, settings })
    await query(first.url, 'create table kept as select 1 as row')
    await first.stop()
    expect(isRunning(first.pid)).toBe(false)
    expect(existsSync(join(dir, 'lock'))).toBe(false)

    const second = await startEmbeddedPostgres({ dir, settings })
    await query(second.url, 'insert into kept values (2)')
    await second.stop('immediate')
    await second.stop()

    const third = await startEmbeddedPostgres({ dir, settings })
    expect([second.url, third.url]).toEqual([first.url, first.url])
    expect(await query(third.url, 'select row from kept order by row')).toEqual([{ row: 1 }, { row: 2 }])
    await third.stop()
  })

  test('are used again when their owner was killed, and stopped at the stop', async () => {
    const pid = await serverOfKilledOwner({ dir, settings })
    expect(isRunning(pid)).toBe(true)
    const adopted = await startEmbeddedPostgres({ dir, settings })
    expect(adopted.pid).toBe(pid)
    expect(await query(adopted.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await adopted.stop()
    expect(isRunning(pid)).toBe(false)
  })

  test('go with their owner when they are throw-away, even with one that was killed', async () => {
    const pid = await serverOfKilledOwner({ dir, throwAway: true })
    await expect.poll(() => isRunning(pid) || existsSync(dir), { timeout: 20_000 }).toBe(false)
  })

  test('are given back when the server cannot start, and its last words are in the error', async () => {
    await expect(startEmbeddedPostgres({ dir, settings: { max_connections: 'plenty' } })).rejects.toThrow(
      /invalid value for parameter "max_connections": "plenty"/,
    )
    expect(existsSync(join(dir, 'lock'))).toBe(false)
  })
})

function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'sonda-embedded-'))
}

// A test that failed half way may have left a server.
function removeFolder(dir: string): void {
  const pidPath = join(dir, 'data/postmaster.pid')
  const pid = existsSync(pidPath) ? Number(readFileSync(pidPath, 'utf8').split('\n')[0]) : 0
  if (pid && isRunning(pid)) process.kill(pid, 'SIGQUIT')
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
}

async function query(url: string, text: string): Promise<object[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return [...(await sql.unsafe(text))]
  } finally {
    await sql.end()
  }
}

/** The pid of a server whose owner, a process of its own, was killed with SIGKILL. */
async function serverOfKilledOwner(options: object): Promise<number> {
  const script = `
    const { startEmbeddedPostgres } = await import('./src/db/embedded-postgres.ts')
    const server = await startEmbeddedPostgres(${JSON.stringify(options)})
    console.log(server.pid)
    setInterval(() => {}, 1000)`
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [pid] = await once(owner.stdout, 'data')
  const gone = once(owner, 'exit')
  owner.kill('SIGKILL')
  await gone
  return Number(pid)
}
