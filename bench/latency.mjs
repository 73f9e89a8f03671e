import { setTimeout as wait } from 'node:timers/promises'
import postgres from 'postgres'
import { forked } from './harness/forked.mjs'
import { milliseconds, verdict } from './harness/report.mjs'
import { median, percentile } from './harness/statistics.mjs'

const requests = 300
const workers = 2
const gapMs = { least: 20, most: 150 }
const mostMs = { p50: 15, p99: 100 }
const settleMs = 2_000
const deadlineMs = 30_000

/**
 * From sending POST to an idle fleet until the handler starts: an API process and two workers, on a real socket, with
 * the database's notifications. Times are of the machine's one monotonic clock, which all processes share.
 */
export async function measure({ server, runs, isQuick }) {
  const url = await server.createDatabase('latency', { isMigrated: true })
  const api = forked(new URL('./latency/api.mjs', import.meta.url))
  const fleet = Array.from({ length: workers }, () => forked(new URL('./latency/worker.mjs', import.meta.url)))
  try {
    for (const child of [api, ...fleet]) child.send({ url })
    const [{ port }] = await Promise.all([api, ...fleet].map((child) => child.next()))
    await server.settle(url)
    await wait(settleMs)
    const medians = []
    const all = []
    for (let run = 0; run < runs; run++) {
      const times = await ask({ port, url, first: run * requests, count: isQuick ? 50 : requests })
      medians.push([median(times), percentile(times, 99)])
      all.push(...times)
    }
    const p50 = median(medians.map(([p]) => p))
    const p99 = median(medians.map(([, p]) => p))
    return [
      {
        title: 'From the request to the start of work, on an idle fleet',
        columns: ['', 'measured', 'wanted', ''],
        rows: [
          ['p50', milliseconds(p50), `< ${mostMs.p50} ms`, verdict(p50 < mostMs.p50)],
          ['p99', milliseconds(p99), `< ${mostMs.p99} ms`, verdict(p99 < mostMs.p99)],
          ['longest of all', milliseconds(Math.max(...all)), '', ''],
        ],
        note: `${all.length / runs} requests a run, ${gapMs.least} to ${gapMs.most} ms apart; one API process, ${workers} workers.`,
      },
    ]
  } finally {
    for (const child of [api, ...fleet]) child.kill()
    await server.dropDatabase('latency')
  }
}

async function ask({ port, url, first, count }) {
  const sent = new Map()
  for (let n = first; n < first + count; n++) {
    await wait(gapMs.least + Math.random() * (gapMs.most - gapMs.least))
    const sentNs = process.hrtime.bigint()
    const response = await fetch(`http://127.0.0.1:${port}/noop`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ n }),
    })
    if (response.status !== 202) throw new Error(`POST answered ${response.status}: ${await response.text()}`)
    const { job_id: id } = await response.json()
    sent.set(id, sentNs)
  }
  const sql = postgres(url, { max: 1 })
  const deadline = Date.now() + deadlineMs
  for (;;) {
    const rows = await sql`
      select id, result->>'startedNs' as started_ns from jobs
      where id = any(${[...sent.keys()]}::uuid[]) and status = 'completed'`
    if (rows.length === count) {
      await sql.end()
      return rows.map(({ id, started_ns }) => Number(BigInt(started_ns) - sent.get(id)) / 1e6)
    }
    if (Date.now() > deadline) throw new Error(`${rows.length} of ${count} jobs were done`)
    await wait(50)
  }
}
