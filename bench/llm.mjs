import { setTimeout as wait } from 'node:timers/promises'
import postgres from 'postgres'
import { enqueueBatch } from '../dist/queue/enqueue.js'
import { forked } from './harness/forked.mjs'
import { percent, verdict } from './harness/report.mjs'
import { questionKind } from './llm/question-kind.mjs'

const processes = 8
const cap = 32
const meanLatencyMs = 400
const deadlineMs = 300_000
const waiting = { calls: 200, forMs: 10_000 }

/**
 * The cap on calls to a model, over eight worker processes: whether it holds, whether it is used, and what that costs.
 * Everything about calls is the server's own count, between the first and the last 5 % of the jobs.
 */
export async function measure({ server, isQuick }) {
  const jobs = isQuick ? 400 : 2_000
  const free = await runJobs(server, { jobs, places: 1_000 })
  const tight = await runJobs(server, { jobs, places: 12 })
  const half = await runJobs(server, { jobs, places: 1_000, withDead: true })
  const statements = await countStatements(server)
  const used = (run, places) => run.rate / (places / (meanLatencyMs / 1000))
  const refusedPart = (run) => run.refused / (run.refused + run.served)
  const row = (name, value, wanted, holds) => [name, value, wanted, holds === undefined ? '' : verdict(holds)]
  return [
    {
      title: 'The cap on LLM calls',
      columns: ['', 'measured', 'wanted', ''],
      rows: [
        row('cap 32: the most at a time', String(free.most), '≤ 32', free.most <= cap),
        row('cap 32: in use, as an average over time', percent(free.mean / cap), '≥ 95 %', free.mean / cap >= 0.95),
        row('cap 32: of the time with all 32 at the server', percent(free.fullPart), '', undefined),
        row('a server of 12: throughput, of what 12 give', percent(used(tight, 12)), '≥ 90 %', used(tight, 12) >= 0.9),
        row(
          'a server of 12: refused',
          `${(refusedPart(tight) * 100).toFixed(1)} %`,
          '< 5 %',
          refusedPart(tight) < 0.05,
        ),
        row(
          'two endpoints, one dead: of the throughput of one alone',
          percent(half.rate / free.rate),
          '≥ 95 %',
          half.rate / free.rate >= 0.95,
        ),
        row(
          `${processes} processes × ${waiting.calls} waiting calls: statements`,
          `${statements.toFixed(0)}/s`,
          '',
          undefined,
        ),
      ],
      note: `${jobs} jobs of one call each, ${processes} processes of 16 slots; answers take 300 to 500 ms. Between two calls in a place there is a round trip, which the server counts as not in use.`,
    },
  ]
}

async function runJobs(server, { jobs, places, withDead = false }) {
  const url = await server.createDatabase('llm', { isMigrated: true })
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  const model = forked(new URL('./llm/server.mjs', import.meta.url))
  const fleet = Array.from({ length: processes }, () => forked(new URL('./llm/worker.mjs', import.meta.url)))
  try {
    model.send({ places })
    const { port } = await model.next()
    // Port 1 refuses connections.
    const baseUrls = [`http://127.0.0.1:${port}/v1`, ...(withDead ? ['http://127.0.0.1:1/v1'] : [])]
    for (const child of fleet) child.send({ url, baseUrls, cap })
    await Promise.all(fleet.map((child) => child.next()))
    const items = Array.from({ length: jobs }, (_job, n) => ({ input: { n } }))
    await sql.begin((tx) => enqueueBatch(tx, questionKind(), items))
    const deadline = Date.now() + deadlineMs
    for (;;) {
      const [{ left, failed }] = await sql`
        select count(*) filter (where status in ('queued', 'running'))::int as left,
          count(*) filter (where status = 'failed')::int as failed from jobs`
      if (failed > 0) throw new Error(`${failed} jobs failed`)
      if (left === 0) break
      if (Date.now() > deadline) throw new Error(`${left} jobs were not done`)
      await wait(500)
    }
    model.send({})
    const { account } = await model.next()
    return evaluate(account)
  } finally {
    for (const child of [model, ...fleet]) child.kill()
    await sql.end({ timeout: 1 })
    await server.dropDatabase('llm')
  }
}

function evaluate({ steps, served, refused }) {
  const edge = Math.floor(served.length / 20)
  const [fromMs, toMs] = [served[edge], served[served.length - 1 - edge]]
  let area = 0
  let fullMs = 0
  for (let at = 0; at < steps.length - 1; at++) {
    const [beganMs, underWay] = steps[at]
    const lastedMs = Math.min(steps[at + 1][0], toMs) - Math.max(beganMs, fromMs)
    if (lastedMs <= 0) continue
    area += underWay * lastedMs
    if (underWay >= cap) fullMs += lastedMs
  }
  return {
    most: Math.max(...steps.map(([, underWay]) => underWay)),
    mean: area / (toMs - fromMs),
    fullPart: fullMs / (toMs - fromMs),
    rate: (served.length - 2 * edge) / ((toMs - fromMs) / 1000),
    served: served.length,
    refused: refused.length,
  }
}

/** What the database has to do for calls that wait and get nothing. */
async function countStatements(server) {
  const url = await server.createDatabase('llm', { isMigrated: true })
  const fleet = Array.from({ length: processes }, () => forked(new URL('./llm/waiters.mjs', import.meta.url)))
  try {
    const provider = 'http://127.0.0.1:1/v1'
    for (const child of fleet) child.send({ url, provider, calls: waiting.calls })
    await Promise.all(fleet.map((child) => child.next()))
    await wait(2_000)
    const commits = async () => {
      const [{ count }] =
        await server.admin`select xact_commit::int as count from pg_stat_database where datname = 'llm'`
      return count
    }
    const before = await commits()
    await wait(waiting.forMs)
    return ((await commits()) - before) / (waiting.forMs / 1000)
  } finally {
    for (const child of fleet) child.kill()
    await server.dropDatabase('llm')
  }
}
