import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { killAtExit } from './harness/kill-at-exit.mjs'
import { verdict } from './harness/report.mjs'

const settleMs = 15_000
const watchMs = 30_000
const everyMs = 500
const most = { mebibytes: 90, percentOfACore: 1, connections: 2 }
const kind = 'discovery'

/** `node dist/main/worker.js discovery`, the process that runs in production, with nothing to do. */
export async function measure({ server, isQuick }) {
  const title = 'An idle worker process'
  const columns = ['', 'measured', 'wanted', '']
  if (!existsSync('/proc/self/stat')) {
    return [{ title, columns, rows: [['', 'skipped: this system has no /proc', '', '']] }]
  }
  const url = await server.createDatabase('idle', { isMigrated: true })
  const module = fileURLToPath(new URL('../dist/main/worker.js', import.meta.url))
  const env = { PATH: process.env.PATH, DATABASE_URL: url }
  const child = spawn(process.execPath, [module, kind], { env, stdio: 'ignore' })
  killAtExit(child)
  try {
    await wait(settleMs)
    const seconds = (isQuick ? watchMs / 3 : watchMs) / 1000
    const cpuBefore = cpuSeconds(child.pid)
    let mebibytes = 0
    let connections = 0
    const connectionsSeen = []
    const endMs = performance.now() + seconds * 1000
    while (performance.now() < endMs) {
      await wait(everyMs)
      if (child.exitCode !== null) throw new Error(`the worker ended with exit code ${child.exitCode}`)
      mebibytes = Math.max(mebibytes, residentMebibytes(child.pid))
      const [{ count }] = await server.admin`
        select count(*)::int from pg_stat_activity where application_name = ${`sonda ${kind} worker`}`
      connectionsSeen.push(count)
      connections = Math.max(connections, count)
    }
    const share = ((cpuSeconds(child.pid) - cpuBefore) / seconds) * 100
    return [
      {
        title,
        columns,
        rows: [
          [
            'resident, most',
            `${mebibytes.toFixed(0)} MiB`,
            `< ${most.mebibytes} MiB`,
            verdict(mebibytes < most.mebibytes),
          ],
          ['of a core', `${share.toFixed(2)} %`, `< ${most.percentOfACore} %`, verdict(share < most.percentOfACore)],
          ['connections, most', String(connections), `≤ ${most.connections}`, verdict(connections <= most.connections)],
        ],
        note: `Watched for ${seconds} s after ${settleMs / 1000} s. Connections seen: ${[...new Set(connectionsSeen)].sort().join(', ')}.`,
      },
    ]
  } finally {
    child.kill('SIGTERM')
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
    await server.dropDatabase('idle')
  }
}

const residentMebibytes = (pid) =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024

/** Fields 14 and 15 of /proc/pid/stat, counted behind the name, which may hold blanks. See proc(5). */
function cpuSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

const ticksPerSecond = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100
