import postgres from 'postgres'
import { enqueueBatch } from '../dist/queue/enqueue.js'
import { noopKind } from './harness/noop-kind.mjs'
import { milliseconds, perSecond, verdict } from './harness/report.mjs'
import { median } from './harness/statistics.mjs'

const jobs = 10_000
const mostMs = 1_000
const leastPerSecond = 50_000
const warmUps = 2

/**
 * A batch of 10,000 jobs through src/queue/enqueue.ts, in a transaction, as the API enqueues it. What the database
 * takes of that time is what auto_explain, loaded into this one session, says of its statements.
 */
export async function measure({ server, runs }) {
  const url = await server.createDatabase('enqueue', { isMigrated: true })
  let inDatabaseMs = 0
  const onnotice = ({ message }) => {
    inDatabaseMs += Number(/^duration: ([\d.]+) ms/.exec(message)?.[1] ?? 0)
  }
  const sql = postgres(url, { max: 1, onnotice })
  await sql`load 'auto_explain'`
  await sql.unsafe(`
    set auto_explain.log_min_duration = 0; set auto_explain.log_level = notice;
    set auto_explain.log_parameter_max_length = 0`)
  const wholes = []
  const inDatabase = []
  for (let run = -warmUps; run < runs; run++) {
    const items = Array.from({ length: jobs }, (_item, n) => ({ input: { n: (run + warmUps) * jobs + n } }))
    inDatabaseMs = 0
    const startedMs = performance.now()
    const batch = await sql.begin((tx) => enqueueBatch(tx, noopKind(), items))
    const tookMs = performance.now() - startedMs
    const ofDatabaseMs = inDatabaseMs
    const distinct = new Set(batch.jobs.filter(({ deduplicated }) => !deduplicated).map(({ id }) => id))
    const [{ count }] = await sql`
      select count(*)::int from batch_items join jobs on jobs.id = job_id where batch_items.batch_id = ${batch.batchId}`
    if (distinct.size !== jobs || count !== jobs) throw new Error(`${count} of ${jobs} jobs are there`)
    if (ofDatabaseMs === 0) throw new Error('auto_explain said nothing')
    if (run < 0) continue
    wholes.push(tookMs)
    inDatabase.push(jobs / (ofDatabaseMs / 1000))
  }
  await sql.end()
  await server.dropDatabase('enqueue')
  const [whole, rate] = [median(wholes), median(inDatabase)]
  return [
    {
      title: `Enqueueing a batch of ${jobs.toLocaleString('en-US')}`,
      columns: ['', 'measured', 'wanted', ''],
      rows: [
        ['from the call to the commit', milliseconds(whole), `< ${mostMs} ms`, verdict(whole < mostMs)],
        ['in the database', perSecond(rate), `≥ ${perSecond(leastPerSecond)}`, verdict(rate >= leastPerSecond)],
      ],
      note: 'Jobs and batch items together; each job with a subject that no other live job has.',
    },
  ]
}
