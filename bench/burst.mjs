import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import postgres from 'postgres'
import { forked } from './harness/forked.mjs'
import { milliseconds, verdict } from './harness/report.mjs'
import { median, percentile } from './harness/statistics.mjs'

/** What n8n sends of forty items: all at once, each on a connection of its own. */
const atOnce = 40
const requests = 2_000
const connections = 50
const most = { postMs: 250, healthzMs: 20 }
/** So many that the workers are busy from the beginning to the end. */
const waitingJobs = 4_000
const workersOfKind = 2
const jobsToWarmUp = 50
const distinctSites = 50

/**
 * The API process that runs in production beside two workers of each kind, which read websites as fast as they can. Then
 * forty companies are submitted at once, and 2,000 more over fifty connections; meanwhile /healthz is asked again and again.
 */
export async function measure({ server, runs, isQuick }) {
  const measured = []
  for (let run = 0; run < (isQuick ? 1 : runs); run++) measured.push(await burst(server, `burst_${run}`))
  const of = (name) => median(measured.map((each) => each[name]))
  const row = (what, ms, limitMs) => [what, milliseconds(ms), `< ${limitMs} ms`, verdict(ms < limitMs)]
  return [
    {
      title: 'Submitting beside a saturated fleet',
      columns: ['', 'measured', 'wanted', ''],
      rows: [
        row(`${atOnce} requests at once, p99`, of('atOnceP99Ms'), most.postMs),
        row(`${requests} requests over ${connections} connections, p99`, of('postP99Ms'), most.postMs),
        ['the same, median', milliseconds(of('postMedianMs')), '', ''],
        ['the same, requests a second', `${of('perSecond').toFixed(0)}/s`, '', ''],
        row('/healthz meanwhile, p99', of('healthzP99Ms'), most.healthzMs),
        ['the same, median', milliseconds(of('healthzMedianMs')), '', ''],
        ['202, and readable by id', `${atOnce + requests} of ${atOnce + requests}`, 'all', verdict(true)],
      ],
      note: `${workersOfKind} discovery and ${workersOfKind} profile workers read sites of twelve pages meanwhile: ${of('endedPerSecond').toFixed(0)} jobs a second end, on the same cores as the API, the database and the load itself.`,
    },
  ]
}

async function burst(server, name) {
  const url = await server.createDatabase(name, { isMigrated: true })
  const websites = forked(new URL('./crawl/server.mjs', import.meta.url))
  websites.send({ distinctSites })
  const { port: sitesPort } = await websites.next()
  const env = {
    DATABASE_URL: url,
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
    API_ACCESS_TOKEN: '',
    LLM_URL: '',
    EGRESS_ALLOW_CIDRS: '127.0.0.1/32',
    EGRESS_CONNECT_TO: `*.test=127.0.0.1:${sitesPort}`,
    N_WORKERS: String(workersOfKind),
  }
  const api = forked(new URL('../dist/main/api.js', import.meta.url), { env })
  const workers = ['discovery', 'profile'].flatMap((kind) =>
    Array.from({ length: workersOfKind }, () =>
      forked(new URL('../dist/main/worker.js', import.meta.url), { env, args: [kind] }),
    ),
  )
  const others = [api, websites, ...workers]
  const sql = postgres(url, { max: 1 })
  try {
    const { listening: port } = await api.next()
    const origin = `http://127.0.0.1:${port}`
    const items = Array.from({ length: waitingJobs }, (_item, n) => companyOf(n))
    const batch = await send(`${origin}/v2/batches`, { body: { kind: 'discovery', items } })
    if (batch.status !== 202) throw new Error(`the batch was answered with ${batch.status}`)
    await untilBusy(sql)
    const endedBefore = await countEnded(sql)
    const startedMs = performance.now()
    const looking = forked(new URL('./burst/healthz.mjs', import.meta.url))
    others.push(looking)
    looking.send({ port })
    const forty = await Promise.all(
      Array.from({ length: atOnce }, (_item, n) => send(`${origin}/v2/scrape`, { body: companyOf(10_000 + n) })),
    )
    const agent = new Agent({ keepAlive: true, maxSockets: connections })
    const many = []
    let next = 20_000
    const postingMs = performance.now()
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (next < 20_000 + requests)
          many.push(await send(`${origin}/v2/scrape`, { body: companyOf(next++), agent }))
      }),
    )
    const postedMs = performance.now() - postingMs
    agent.destroy()
    looking.send('stop')
    const { tookMs: healthz } = await looking.next()
    const seconds = (performance.now() - startedMs) / 1_000
    const ended = (await countEnded(sql)) - endedBefore
    await checkAll(sql, [...forty, ...many])
    const latencies = many.map(({ tookMs }) => tookMs)
    return {
      atOnceP99Ms: percentile(
        forty.map(({ tookMs }) => tookMs),
        99,
      ),
      postP99Ms: percentile(latencies, 99),
      postMedianMs: median(latencies),
      perSecond: requests / (postedMs / 1_000),
      healthzMedianMs: median(healthz),
      healthzP99Ms: percentile(healthz, 99),
      endedPerSecond: ended / seconds,
    }
  } finally {
    await sql.end({ timeout: 1 })
    for (const each of others) each.kill()
    await server.dropDatabase(name)
  }
}

const companyOf = (n) => ({
  nome_fantasia: `Empresa número ${n}`,
  municipio: 'Curitiba',
  website: `http://s${n}.test/`,
})

/** The fleet is saturated when it has come to its pace. */
async function untilBusy(sql) {
  while ((await countEnded(sql)) < jobsToWarmUp) await wait(100)
}

async function countEnded(sql) {
  const [{ ended }] = await sql`select coalesce(sum(completed + failed), 0)::int as ended from job_tallies`
  return ended
}

async function checkAll(sql, answers) {
  const refused = answers.find(({ status }) => status !== 202)
  if (refused) throw new Error(`answered with ${refused.status}: ${JSON.stringify(refused.body)}`)
  const ids = answers.map(({ body }) => body.job_id)
  const [{ count }] = await sql`select count(*)::int from jobs where id = any(${ids}::uuid[])`
  if (new Set(ids).size !== ids.length || count !== ids.length) throw new Error(`${count} jobs of ${ids.length}`)
}

function send(url, { body, agent = false }) {
  const bytes = body && Buffer.from(JSON.stringify(body))
  const startedMs = performance.now()
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        method: bytes ? 'POST' : 'GET',
        agent,
        headers: bytes ? { 'content-type': 'application/json', 'content-length': bytes.length } : {},
      },
      async (response) => {
        try {
          const parts = await response.toArray()
          const tookMs = performance.now() - startedMs
          resolve({ status: response.statusCode, body: JSON.parse(Buffer.concat(parts).toString()), tookMs })
        } catch (error) {
          reject(error)
        }
      },
    )
    call.on('error', reject)
    call.end(bytes)
  })
}
