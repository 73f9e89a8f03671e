import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../support/poll.ts'
import { killAll, type RunningProcess, startProcess } from '../support/processes.ts'

// What `npm start` starts, with a database of its own in a folder of its own.

let dir: string
let silent: Server
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sonda-fleet-'))
  silent = createServer(() => {}) // a website that never answers: its job runs until it is stopped
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  killAll()
  silent.closeAllConnections()
  silent.close()
  rmSync(dir, { recursive: true, force: true })
})

const env = () => ({
  PORT: '0',
  HOST: '127.0.0.1',
  N_WORKERS: '1',
  EGRESS_ALLOW_CIDRS: '127.0.0.1/32',
  EGRESS_CONNECT_TO: `*.test=127.0.0.1:${(silent.address() as AddressInfo).port}`,
})

async function startFleet(): Promise<{ fleet: RunningProcess; origin: string; pids: number[] }> {
  const fleet = startProcess('fleet', [], env(), dir)
  const { port } = await until('the fleet', () => fleet.lines.find(({ msg }) => msg === 'fleet is up'), 60_000)
  const pids = [...new Set(fleet.lines.map(({ pid }) => pid as number))]
  return { fleet, origin: `http://127.0.0.1:${port}`, pids: [...pids, postgresPid()] }
}

const postgresPid = () => Number(readFileSync(join(dir, '.sonda/data/postmaster.pid'), 'utf8').split('\n')[0])

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function submitSilentSite(origin: string): Promise<string> {
  const answer = await fetch(`${origin}/v2/scrape`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ website: 'http://silent.test/' }),
  })
  expect(answer.status).toBe(202)
  const { job_id } = (await answer.json()) as { job_id: string }
  await until('the job to run', async () => (await statusOf(origin, job_id)) === 'running')
  return job_id
}

const statusOf = async (origin: string, id: string) =>
  ((await (await fetch(`${origin}/jobs/${id}`)).json()) as { status: string }).status

const nothingIsLeft = (pids: readonly number[]) =>
  until('all processes to be gone', () => pids.every((pid) => !isAlive(pid)), 15_000)

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s stops every process, the database last, and the next start finds its jobs',
  async (signal) => {
    const { fleet, origin, pids } = await startFleet()
    const missing = await fetch(`${origin}/v2/montagem_perfil`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ cnpj: '12ABC34501DE35' }),
    })
    const { job_id } = (await missing.json()) as { job_id: string }
    await until('its end', async () => (await statusOf(origin, job_id)) === 'failed')
    fleet.process.kill(signal)
    fleet.process.kill(signal) // as npm passes it on once more
    expect(await fleet.exit).toBe(0)
    await nothingIsLeft(pids)
    if (signal !== 'SIGINT') return

    const again = await startFleet()
    expect(await statusOf(again.origin, job_id)).toBe('failed')
    again.fleet.process.kill(signal)
    expect(await again.fleet.exit).toBe(0)
  },
  120_000,
)

test('a second Ctrl-C does not wait for jobs, and leaves no process behind; their jobs are not lost', async () => {
  const { fleet, origin, pids } = await startFleet()
  const id = await submitSilentSite(origin)
  fleet.process.kill('SIGINT')
  await until('the drain', () => fleet.lines.some(({ msg }) => msg === 'draining'))
  const began = performance.now()
  await until('the second signal to count', () => {
    if (performance.now() - began > 1_200) fleet.process.kill('SIGINT')
    return fleet.process.exitCode !== null
  })
  expect(await fleet.exit).toBe(1)
  await nothingIsLeft(pids)
  const again = await startFleet()
  expect(['queued', 'running']).toContain(await statusOf(again.origin, id))
  again.fleet.process.kill('SIGTERM')
  await again.fleet.exit
}, 120_000)

test('processes and the database are started again when they die', async () => {
  const { fleet, origin } = await startFleet()
  const worker = fleet.lines.find(({ process }) => process === 'discovery worker')?.pid as number
  process.kill(worker, 'SIGKILL')
  const postgres = postgresPid()
  process.kill(postgres, 'SIGKILL')
  await until(
    'another Postgres',
    async () => {
      const answer = await fetch(`${origin}/readyz`).catch(() => undefined)
      return answer?.ok && postgresPid() !== postgres
    },
    60_000,
  )
  await until(
    'another worker',
    () =>
      fleet.lines.some(
        ({ process, msg, pid }) => process === 'discovery worker' && msg === 'claim loop started' && pid !== worker,
      ),
    60_000,
  )
  fleet.process.kill('SIGTERM')
  expect(await fleet.exit).toBe(0)
  await nothingIsLeft([postgresPidOrZero()])
}, 150_000)

const postgresPidOrZero = () => {
  try {
    return postgresPid()
  } catch {
    return 2 ** 30 // its file is gone with it; no process has this id
  }
}

test('stops at once while it still waits for a database', async () => {
  const nobody = createTcpServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => nobody.once('listening', resolve))
  const { port } = nobody.address() as AddressInfo
  await new Promise((resolve) => nobody.close(resolve))
  const database = { DATABASE_URL: `postgres://u:p@127.0.0.1:${port}/x` }
  for (const [name, args] of [
    ['fleet', []],
    ['worker', ['profile']],
    ['api', []],
  ] as const) {
    const child = startProcess(name, [...args], { ...env(), ...database }, dir)
    await until('the waiting', () => child.lines.some(({ msg }) => msg.startsWith('database not reached')))
    const began = performance.now()
    child.process.kill('SIGTERM')
    expect(await child.exit).toBe(0)
    expect(performance.now() - began).toBeLessThan(3_000)
    expect(child.lines.at(-1)?.msg).toMatch(/^process going down: stopped/)
  }
}, 60_000)
