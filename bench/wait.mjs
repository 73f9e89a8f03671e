import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import postgres from 'postgres'
import { kinds } from '../dist/kinds/registry.js'
import { enqueueBatch } from '../dist/queue/enqueue.js'
import { forked } from './harness/forked.mjs'
import { milliseconds, verdict } from './harness/report.mjs'
import { percentile } from './harness/statistics.mjs'

const callers = 10_000
const query = 'wait=30'
const arrivingPerSecond = 2_000
const idleMs = 5_000
const waitingMs = 5_000
const endingMs = 10_000
const stepMs = 100
const most = { statements: 50, mebibytes: 600 }
/** As large as the result of a discovery. */
const result = JSON.stringify({ status: 'found', reasons: Array.from({ length: 40 }, () => 'x'.repeat(200)) })

/**
 * Ten thousand clients in `GET /jobs/:id?wait=30`, each on a connection of its own, on the API process as it is started
 * in production. Their jobs end by SQL, evenly or all in one moment. Times are of the machine's one monotonic clock.
 */
export async function measure({ server, isQuick }) {
  const count = isQuick ? 1_000 : callers
  const evenly = await run(server, { count, steps: endingMs / stepMs })
  const atOnce = await run(server, { count, steps: 1 })
  const [discovery] = kinds
  const rows = [
    ['answered with their ended job', ({ right }) => [`${right} of ${count}`, right === count]],
    ['after the end of the job, p50', ({ times }) => [milliseconds(percentile(times, 50))]],
    ['after the end of the job, p99', ({ times }) => [milliseconds(percentile(times, 99))]],
    ['after the end of the job, longest', ({ times }) => [milliseconds(Math.max(...times))]],
    ['statements while all wait', ({ waitingRate }) => [`${waitingRate.toFixed(0)}/s`, waitingRate < most.statements]],
    [
      'statements from the first caller to the last answer',
      ({ rate }) => [`${rate.toFixed(0)}/s`, rate < most.statements],
    ],
    ['statements in the busiest second', ({ busiest }) => [`${busiest}`]],
    ['the API’s largest memory', ({ mebibytes }) => [`${mebibytes.toFixed(0)} MiB`, mebibytes < most.mebibytes]],
  ]
  const cell = ([value, holds]) => (holds === undefined ? value : `${value} (${verdict(holds)})`)
  return [
    {
      title: `${count.toLocaleString('en-US')} callers who wait for a job each`,
      columns: ['', `jobs end within ${endingMs / 1000} s`, 'all end in one statement'],
      rows: rows.map(([name, value]) => [name, cell(value(evenly)), cell(value(atOnce))]),
      note: `One API process, \`?${query}\`, ${arrivingPerSecond} new callers a second; ${discovery.name} jobs with results of ${Math.round(result.length / 1024)} KiB. Statements are what pg_stat_database counts as committed, less those that end the jobs, and with what an idle API does (${evenly.idleRate.toFixed(1)}/s). Wanted: under ${most.statements} statements a second and ${most.mebibytes} MiB.`,
    },
  ]
}

async function run(server, { count, steps }) {
  const url = await server.createDatabase('wait', { isMigrated: true })
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  const items = Array.from({ length: count }, (_item, n) => ({
    input: { website: `https://a${n}.test/`, profile: false },
  }))
  const { jobs } = await sql.begin((tx) => enqueueBatch(tx, kinds[0], items))
  const ids = jobs.map(({ id }) => id)
  await server.settle(url)
  const env = { DATABASE_URL: url, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn', DATABASE_POOL_MAX_SIZE: '10' }
  const api = forked(new URL('../dist/main/api.js', import.meta.url), { env })
  const clients = forked(new URL('./wait/callers.mjs', import.meta.url))
  try {
    const { listening: port } = await api.next()
    const commits = async () => {
      const [{ count }] =
        await server.admin`select xact_commit::int as count from pg_stat_database where datname = 'wait'`
      return count
    }
    await wait(2_000)
    const idleFrom = await commits()
    await wait(idleMs)
    const begin = await commits()
    const idleRate = (begin - idleFrom) / (idleMs / 1000)

    const beganMs = performance.now()
    clients.send({ port, ids, query, perSecond: arrivingPerSecond })
    const busy = watchSeconds(commits)
    await clients.next()
    const waitingFrom = await commits()
    await wait(waitingMs)
    const waitingRate = ((await commits()) - waitingFrom) / (waitingMs / 1000)

    const answered = clients.next()
    const ended = new Map()
    for (let step = 0; step < steps; step++) {
      const stepBeganMs = performance.now()
      const some = ids.slice((step * count) / steps, ((step + 1) * count) / steps)
      await sql`update jobs set status = 'completed', finished_at = clock(), result = ${result}::text::json
        where id = any(${some}::uuid[])`
      const atNs = process.hrtime.bigint()
      for (const id of some) ended.set(id, atNs)
      await wait(Math.max(0, stepMs - (performance.now() - stepBeganMs)))
    }
    const { answers } = await answered
    const tookSeconds = (performance.now() - beganMs) / 1000
    const busiest = await busy.stop()
    await wait(1_500)
    const rate = ((await commits()) - begin - steps) / tookSeconds
    const problem = answers.find((answer) => answer.problem)
    if (problem) console.error(`One of the callers was not answered: ${problem.problem}.`)
    return {
      right: answers.filter(({ isRight }) => isRight).length,
      times: answers.filter(({ atNs }) => atNs).map(({ id, atNs }) => Number(BigInt(atNs) - ended.get(id)) / 1e6),
      idleRate,
      waitingRate,
      rate,
      busiest,
      mebibytes: Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${api.pid}/status`, 'utf8'))[1]) / 1024,
    }
  } finally {
    for (const child of [api, clients]) child.kill()
    await sql.end({ timeout: 1 })
    await server.dropDatabase('wait')
  }
}

/** The most that a count rises within a second. */
function watchSeconds(count) {
  const stopping = new AbortController()
  let most = 0
  const watching = (async () => {
    for (let last = await count(); !stopping.signal.aborted; ) {
      await wait(1_000, undefined, { signal: stopping.signal }).catch(() => {})
      const now = await count()
      most = Math.max(most, now - last)
      last = now
    }
  })()
  return {
    async stop() {
      stopping.abort()
      await watching
      return most
    },
  }
}
