import { readFileSync } from 'node:fs'
import { forked } from './harness/forked.mjs'
import { redisVersion, startRedis } from './harness/redis.mjs'
import { percent, perSecond, ratio, verdict } from './harness/report.mjs'
import { median } from './harness/statistics.mjs'

const versions = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')).dependencies

/** `isAtLeast`: how often as fast as this contender Sonda is to be. `logLevel` and `redis` go to the contender. */
const contenders = [
  { name: 'sonda', label: 'Sonda', file: 'sonda', logLevel: 'info' },
  { name: 'sonda-quiet', label: 'Sonda, without a line a job in the log', file: 'sonda', logLevel: 'warn' },
  { name: 'bare-loop', label: 'bare SQL loop (the limit)', file: 'bare-loop' },
  {
    name: 'graphile-worker',
    label: `graphile-worker ${versions['graphile-worker']} and a status row`,
    file: 'graphile-worker',
  },
  { name: 'pg-boss', label: `pg-boss ${versions['pg-boss']}`, file: 'pg-boss' },
  { name: 'bullmq', label: `BullMQ ${versions.bullmq}, appendfsync always`, file: 'bullmq', redis: 'always' },
  {
    name: 'bullmq-everysec',
    label: `BullMQ ${versions.bullmq}, appendfsync everysec`,
    file: 'bullmq',
    redis: 'everysec',
  },
]

const settings = [
  { slots: 10, jobs: 20_000, isAtLeast: { 'graphile-worker': 1.5, 'pg-boss': 2, bullmq: 1.3 } },
  { slots: 100, jobs: 60_000, isAtLeast: { 'graphile-worker': 2, 'pg-boss': 3, bullmq: 2, 'bare-loop': 0.7 } },
]

/** No-op jobs that are in the queue already, one process a contender, the contenders by turns. */
export async function measure({ server, runs, isQuick }) {
  const version = redisVersion()
  const here = contenders.filter(({ redis }) => !redis || version)
  const redis = new Map()
  for (const appendfsync of version ? ['always', 'everysec'] : []) {
    redis.set(appendfsync, await startRedis({ dir: server.dir, appendfsync }))
  }
  try {
    const sections = []
    for (const setting of settings) {
      const jobs = isQuick ? setting.jobs / 5 : setting.jobs
      const rates = new Map(here.map(({ name }) => [name, []]))
      for (let run = 1; run <= runs; run++) {
        for (const contender of here) {
          const { seconds, cpuSeconds } = await runOnce({ server, redis, contender, jobs, slots: setting.slots })
          const load = `${percent(cpuSeconds / seconds)} of a core`
          console.log(
            `${setting.slots}/${setting.slots} run ${run} ${contender.label}: ${perSecond(jobs / seconds)}, ${load}`,
          )
          rates.get(contender.name).push(jobs / seconds)
        }
      }
      sections.push(section({ ...setting, jobs }, rates, version))
    }
    return sections
  } finally {
    for (const one of redis.values()) await one.stop()
  }
}

async function runOnce({ server, redis, contender, jobs, slots }) {
  const { name, file, logLevel } = contender
  const ofRedis = redis.get(contender.redis)
  const database = `throughput_${name.replaceAll('-', '_')}`
  const url = ofRedis ? undefined : await server.createDatabase(database, { isMigrated: file === 'sonda' })
  const child = forked(new URL(`./throughput/${file}.mjs`, import.meta.url))
  try {
    child.send({ task: { url, jobs, slots, logLevel, redisPort: ofRedis?.port } })
    await child.next()
    if (url) await server.settle(url)
    child.send({ start: true })
    return await child.next()
  } finally {
    child.kill()
    if (ofRedis) await ofRedis.empty()
    else await server.dropDatabase(database)
  }
}

function section({ slots, jobs, isAtLeast }, rates, redis) {
  const medians = new Map([...rates].map(([name, values]) => [name, median(values)]))
  const sonda = medians.get('sonda')
  const rows = contenders.map(({ name, label }) => {
    const rate = medians.get(name)
    if (rate === undefined) return [label, 'skipped: no redis-server on this machine', '', '', '', '']
    const all = rates.get(name)
    const wanted = isAtLeast[name]
    return [
      label,
      perSecond(rate),
      `${Math.round(Math.min(...all)).toLocaleString('en-US')} – ${Math.round(Math.max(...all)).toLocaleString('en-US')}`,
      name === 'sonda' ? '' : ratio(sonda / rate),
      wanted === undefined ? '' : `≥ ${wanted}×`,
      wanted === undefined ? '' : verdict(sonda / rate >= wanted),
    ]
  })
  return {
    title: `Throughput, batch and slots ${slots}/${slots}`,
    columns: ['', 'jobs', 'from – to', 'Sonda is', 'wanted', ''],
    rows,
    note: `${jobs.toLocaleString('en-US')} no-op jobs, one process.${redis ? ` Redis ${redis}.` : ''}`,
  }
}
