import { existsSync } from 'node:fs'
import { paths } from './crawl/sites.mjs'
import { forked } from './harness/forked.mjs'
import { percent, perSecond, ratio, verdict } from './harness/report.mjs'
import { median } from './harness/statistics.mjs'

const contenders = [
  { name: 'Sonda, 10 sites at once', path: './crawl/sonda.mjs' },
  { name: 'Crawlee, CheerioCrawler', path: './crawl/crawlee.mjs' },
]
const wanted = { timesFaster: 5, shareOfMemory: 1 / 3, growth: 0.1 }
/** So many sites differ; of more, the server repeats them under other names. */
const distinctSites = 50
const longRunPages = 5_000

/**
 * Reading websites of twelve pages from a server on the loopback: Sonda's reader with robots.txt, address checks, two
 * requests a host and the facts of each page, beside Crawlee's CheerioCrawler, which has to bring title, text and links.
 * Each run is a process of its own, they take turns, and every page must be there.
 */
export async function measure({ runs, isQuick }) {
  const title = 'Reading websites'
  if (!existsSync('/proc/self/status')) {
    return [{ title, columns: [''], rows: [['skipped: this system has no /proc']] }]
  }
  const server = forked(new URL('./crawl/server.mjs', import.meta.url))
  server.send({ distinctSites })
  const { port, meanBytes } = await server.next()
  const sites = isQuick ? 50 : 200
  const results = contenders.map(() => [])
  try {
    for (let run = 0; run < runs; run++) {
      for (const [index, { path }] of contenders.entries()) results[index].push(await race(path, { port, sites }))
    }
    const longRunSites = Math.ceil((isQuick ? longRunPages / 2 : longRunPages) / paths.length)
    const longRun = await race('./crawl/sonda.mjs', { port, sites: longRunSites })
    return [comparison(title, results, { sites, meanBytes }), memory(longRun)]
  } finally {
    server.kill()
  }
}

async function race(path, task) {
  const child = forked(new URL(path, import.meta.url))
  try {
    child.send({ task })
    await child.next()
    child.send({ go: true })
    const result = await child.next()
    const wantedPages = task.sites * paths.length
    if (result.pages !== wantedPages) throw new Error(`${path}: ${result.pages} of ${wantedPages} pages`)
    if (result.textLength < wantedPages * 1_000) throw new Error(`${path}: ${result.textLength} characters in all`)
    return result
  } finally {
    child.kill()
  }
}

function comparison(title, results, { sites, meanBytes }) {
  const figures = results.map((all) => ({
    rate: median(all.map(({ pages, seconds }) => pages / seconds)),
    cpuMs: median(all.map(({ pages, cpuSeconds }) => (1000 * cpuSeconds) / pages)),
    mebibytes: median(all.map(({ peakMebibytes }) => peakMebibytes)),
  }))
  const [sonda, crawlee] = figures
  const faster = sonda.rate / crawlee.rate
  const share = sonda.mebibytes / crawlee.mebibytes
  const facts = results[0][0].facts / results[0][0].pages
  return {
    title,
    columns: ['contender', 'pages', 'CPU a page', 'peak memory'],
    rows: contenders.map(({ name }, index) => {
      const { rate, cpuMs, mebibytes } = figures[index]
      return [name, perSecond(rate), `${cpuMs.toFixed(2)} ms`, `${mebibytes.toFixed(0)} MiB`]
    }),
    note:
      `${sites} sites of ${paths.length} pages of ${(meanBytes / 1000).toFixed(0)} KB, gzipped; Sonda also brings ${facts.toFixed(0)} facts a page. ` +
      `${ratio(faster)} the pages (wanted ≥ ${wanted.timesFaster}×: ${verdict(faster >= wanted.timesFaster)}) ` +
      `in ${percent(share)} of the memory (wanted ≤ ${percent(wanted.shareOfMemory)}: ${verdict(share <= wanted.shareOfMemory)}).`,
  }
}

function memory({ pages, firstMebibytes, lastMebibytes }) {
  const growth = lastMebibytes / firstMebibytes - 1
  return {
    title: 'Memory over many pages',
    columns: ['pages', 'resident, first 1,000', 'resident, last 1,000', 'growth', 'wanted'],
    rows: [
      [
        pages.toLocaleString('en-US'),
        `${firstMebibytes.toFixed(0)} MiB`,
        `${lastMebibytes.toFixed(0)} MiB`,
        percent(growth),
        `≤ ${percent(wanted.growth)}: ${verdict(growth <= wanted.growth)}`,
      ],
    ],
    note: 'One process and one reader; medians of what was resident after each page.',
  }
}
