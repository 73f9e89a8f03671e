import { queryText } from '../dist/db/queries.js'
import { register } from '../dist/queue/presence.js'
import { headOfQueue, suspectStalls, turn } from '../dist/queue/turn.js'
import { milliseconds, ratio, verdict } from './harness/report.mjs'
import { queuePool } from './harness/server.mjs'
import { median, percentile } from './harness/statistics.mjs'

const kind = 'noop'
const claimCount = 10
const mostRatio = 1.3
const warmUps = 50
/** Inserted at once; one statement with millions of rows would hold everything in memory. */
const rowsAtOnce = 500_000

/**
 * What a claim of 10 jobs costs, by how many are queued and how many rows are finished. Only the claim is timed, without
 * its commit, which costs the same everywhere and would hide a difference. Between two samples the claimed jobs are
 * finished and as many new ones are queued. The four tables are sampled by turns.
 */
export async function measure({ server, runs, isQuick }) {
  const shrink = isQuick ? 20 : 1
  const sizes = [
    { queued: 1_000, finished: 0 },
    { queued: 100_000 / shrink, finished: 0 },
    { queued: 1_000_000 / shrink, finished: 0 },
    { queued: 1_000, finished: 5_000_000 / shrink },
  ]
  const samples = 40 * runs
  const tables = []
  for (const size of sizes) tables.push(await open(server, size))
  for (let n = -warmUps; n < samples; n++) {
    for (const table of tables) {
      const tookMs = await sample(table)
      if (n >= 0) table.times.push(tookMs)
    }
  }
  const plan = await explain(tables[2])
  const rows = tables.map(({ queued, finished, times }) => [
    queued.toLocaleString('en-US'),
    finished.toLocaleString('en-US'),
    milliseconds(median(times)),
    milliseconds(percentile(times, 95)),
  ])
  for (const { sql, database } of tables) {
    await sql.end()
    await server.dropDatabase(database)
  }
  const medians = tables.map(({ times }) => median(times))
  const spread = Math.max(...medians) / Math.min(...medians)
  const size = tables[2].queued.toLocaleString('en-US')
  return [
    {
      title: `Claiming ${claimCount} jobs`,
      columns: ['queued', 'finished', 'p50', 'p95'],
      rows,
      note: `The largest p50 is ${ratio(spread)} the smallest; wanted ≤ ${mostRatio}×: ${verdict(spread <= mostRatio)}. ${samples} samples each. The plan with ${size} queued, claiming ${claimCount} and finishing none:`,
      block: plan,
    },
  ]
}

async function open(server, { queued, finished }) {
  const database = `claim_${queued}_${finished}`
  const url = await server.createDatabase(database, { isMigrated: true })
  const sql = queuePool(url, 1)
  for (let from = 0; from < finished; from += rowsAtOnce) {
    await sql`
      insert into jobs (id, kind, status, claims, attempt, max_attempts, exclusive, subject, input, result, started_at, finished_at)
      select uuidv7(), ${kind}, 'completed', 1, 1, 3, true, n::text, json_build_object('n', n), json_build_object('n', n), now(), now()
      from generate_series(${from + 1}::int, ${Math.min(from + rowsAtOnce, finished)}::int) n`
  }
  for (let from = 0; from < queued; from += rowsAtOnce) {
    await queue(sql, Math.min(rowsAtOnce, queued - from))
  }
  const workerId = await register(sql, kind, claimCount)
  await server.settle(url)
  return { sql, database, queued, finished, workerId, times: [] }
}

const queue = (sql, count) => sql`
  insert into jobs (id, kind, max_attempts, priority, exclusive, subject, input)
  select id, ${kind}, 3, 1, true, id::text, json_build_object('n', n)
  from (select uuidv7() as id, n from generate_series(1, ${count}::int) n) as new`

async function sample({ sql, workerId }) {
  const { claimed, tookMs } = await sql.begin(async (tx) => {
    const startedMs = performance.now()
    const { claimed } = await turn(tx, { workerId, kind, ended: [], claimCount })
    return { claimed, tookMs: performance.now() - startedMs }
  })
  if (claimed.length !== claimCount) throw new Error(`claimed ${claimed.length} jobs instead of ${claimCount}`)
  const ended = claimed.map((claim) => ({ claim, outcome: { status: 'completed', result: {} } }))
  await turn(sql, { workerId, kind, ended, claimCount: 0 })
  await queue(sql, claimCount)
  return tookMs
}

class RollBack extends Error {}

/** The very statement, prepared in a session with the very settings, and rolled back. */
async function explain({ sql, workerId }) {
  const rows = []
  const nothing = Array(7).fill(`'{}'`).join(', ')
  await sql
    .begin(async (tx) => {
      await tx.unsafe(`prepare claim as ${queryText('job_turn')}`)
      const { priority, id } = headOfQueue
      const from = `${priority}, '${id}', ${suspectStalls}, true`
      const execute = `execute claim ('${workerId}', '${kind}', ${claimCount}, ${nothing}, 0::smallint, ${from})`
      rows.push(...(await tx.unsafe(`explain (analyze, buffers) ${execute}`)))
      throw new RollBack()
    })
    .catch((error) => {
      if (!(error instanceof RollBack)) throw error
    })
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}
