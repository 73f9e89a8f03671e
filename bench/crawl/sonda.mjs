import '../../dist/main/keep-heap-small.js' // as src/main/worker.ts does
import { createEgress } from '../../dist/site/fetch/egress.js'
import { createFetcher } from '../../dist/site/fetch/fetch-page.js'
import { createHostLimit } from '../../dist/site/fetch/host-limit.js'
import { createSiteReader } from '../../dist/site/read-site.js'
import { createRobots } from '../../dist/site/robots.js'
import { median } from '../harness/statistics.mjs'
import { contend } from './contender.mjs'
import { paths } from './sites.mjs'

/** `DISCOVERY_SLOTS` of a worker, each of which reads one site at a time. */
const sitesAtOnce = 10
/** Asking for the resident memory takes longer than some parts of a page. */
const pagesPerSample = 10
const samplesAtEitherEnd = 100

/** As src/main/site.ts builds it. No page here needs a browser; one that asked for it would end the run. */
contend(({ port, sites }) => {
  const egress = createEgress({
    allowCidrs: ['127.0.0.1/32'],
    connectTo: [{ host: '*.test', address: '127.0.0.1', port }],
  })
  const fetchPage = createFetcher({
    egress,
    hostLimit: createHostLimit(),
    userAgent: 'Mozilla/5.0 (compatible; SondaBot/1.0)',
  })
  const robots = createRobots({ fetchPage, userAgentToken: 'SondaBot' })
  const render = async (url) => {
    throw new Error(`${url} was to be rendered`)
  }
  const reader = createSiteReader({ fetchPage, robots, render })

  return async () => {
    let next = 0
    let pages = 0
    let textLength = 0
    let facts = 0
    const resident = []
    let pagesSeen = 0
    const sample = () => {
      pagesSeen += 1
      if (pagesSeen % pagesPerSample === 0) resident.push(process.memoryUsage.rss())
    }
    const slot = async () => {
      while (next < sites) {
        const reading = await reader.readSite(`http://s${next++}.test/`, {
          maxPages: paths.length,
          deadlineMs: 60_000,
          onProgress: sample,
        })
        if (reading.skipped.length > 0) throw new Error(`skipped: ${JSON.stringify(reading.skipped)}`)
        pages += reading.pages.length
        for (const page of reading.pages) {
          textLength += page.text.length
          facts += Object.values(page.facts).flat().length
        }
      }
    }
    await Promise.all(Array.from({ length: sitesAtOnce }, slot))
    const mebibytes = (sizes) => median(sizes) / 2 ** 20
    return {
      pages,
      textLength,
      facts,
      firstMebibytes: mebibytes(resident.slice(0, samplesAtEitherEnd)),
      lastMebibytes: mebibytes(resident.slice(-samplesAtEitherEnd)),
    }
  }
})
