import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { createApiClient } from '../src/main/demo/api-client.ts'

export type Speed = {
  companies: number
  seconds: number
  /** Of the discovery worker's process, alone; null where the system does not say (it is read from /proc). */
  cpuSeconds: number | null
}

/** Connections, statements and compiled code are what a worker has after these seconds of its life. */
const warmUpMs = 5_000
/** Twice the slots of a worker: it must never wait for the next job to be submitted. */
const mostUnderWay = 20
const pollMs = 100
/** In clock ticks: what Linux shows to processes has been 100 a second on every platform for two decades. */
const ticksPerSecond = 100

/**
 * Keeps one discovery worker busy with the companies, one after the other and from the beginning again, and counts the
 * discoveries that ended within `windowMs`. Nothing stored may be used: the fleet has to run with its caches off, and
 * every request asks for a new answer.
 * @throws Error when the API refuses, and the signal's reason.
 */
export async function measureSpeed(
  origin: string,
  cnpjs: readonly string[],
  { windowMs, signal }: { windowMs: number; signal: AbortSignal },
): Promise<Speed> {
  const api = createApiClient(origin, signal)
  const underWay = new Map<string, string>()
  let next = 0
  /** Submits until enough are under way, and forgets those that have ended. */
  async function round(): Promise<number> {
    for (let skipped = 0; underWay.size < mostUnderWay && skipped < cnpjs.length; next++) {
      const cnpj = cnpjs[next % cnpjs.length]!
      if (underWay.has(cnpj)) {
        skipped++
        continue
      }
      const { job_id: id } = await api.post<{ job_id: string }>('/v2/scrape', { cnpj, profile: false, max_age: 0 })
      underWay.set(cnpj, id)
    }
    const jobs = await Promise.all(
      [...underWay].map(async ([cnpj, id]) => ({ cnpj, ...(await api.get<{ terminal: boolean }>(`/jobs/${id}`)) })),
    )
    const ended = jobs.filter(({ terminal }) => terminal)
    for (const { cnpj } of ended) underWay.delete(cnpj)
    return ended.length
  }

  async function during(ms: number): Promise<number> {
    const until = performance.now() + ms
    let ended = 0
    while (performance.now() < until) {
      ended += await round()
      await delay(pollMs, undefined, { signal })
    }
    return ended
  }

  try {
    await during(warmUpMs)
    const pid = discoveryWorkerPid()
    const startedMs = performance.now()
    const before = pid === null ? null : cpuSecondsOf(pid)
    const companies = await during(windowMs)
    const after = pid === null ? null : cpuSecondsOf(pid)
    return {
      companies,
      seconds: (performance.now() - startedMs) / 1000,
      cpuSeconds: before === null || after === null ? null : after - before,
    }
  } finally {
    await api.close()
  }
}

/** A minute's companies, and what of a core they took: `176 companies a minute, 0.14 of a core (48 ms each)`. */
export function speedText({ companies, seconds, cpuSeconds }: Speed): string {
  const rate = `${Math.round((companies / seconds) * 60)} companies a minute with one discovery worker`
  if (cpuSeconds === null || companies === 0) return rate
  const eachMs = Math.round((cpuSeconds / companies) * 1000)
  return `${rate}, ${(cpuSeconds / seconds).toFixed(2)} of a core (${eachMs} ms of processor each)`
}

/** Among the children of this process; null where there is no /proc. */
function discoveryWorkerPid(): number | null {
  const pids = readOrNull(() => readdirSync('/proc').filter((name) => /^\d+$/.test(name))) ?? []
  const found = pids.find((pid) => {
    const command = readOrNull(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.split('\0') ?? []
    return (
      command.some((part) => /worker\.[jt]s$/.test(part)) &&
      command.includes('discovery') &&
      statOf(Number(pid))?.[1] === String(process.pid)
    )
  })
  return found === undefined ? null : Number(found)
}

function cpuSecondsOf(pid: number): number | null {
  const fields = statOf(pid)
  // proc(5): utime and stime are the 14th and 15th field.
  return fields && (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** The fields of /proc/<pid>/stat from the third on: the second is the name, and may hold anything. */
function statOf(pid: number): string[] | null {
  const stat = readOrNull(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function readOrNull<Value>(read: () => Value): Value | null {
  try {
    return read()
  } catch {
    return null
  }
}
